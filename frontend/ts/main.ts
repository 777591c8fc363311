// Everything here only shortens the way: each page is complete without it. One listener per kind on the document,
// so that pieces swapped in by htmx need no second set-up.
import "./htmx";
import "./busy";
import "./copy";
import "./dialogs";
import "./filters";
import "./menus";
import "./print";
import "./search";
import "./selection";
import "./tabs";
import "./theme";
import "./toasts";
import "./tour";
