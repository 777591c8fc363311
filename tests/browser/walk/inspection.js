// Installed in every page of the walk before its own scripts: watches what jumps and what the policy refuses.
(() => {
  const walk = { shift: 0, refused: [] };
  window.walk = walk;
  const count = (entries) => entries.forEach((entry) => { if (!entry.hadRecentInput) walk.shift += entry.value; });
  const observer = new PerformanceObserver((list) => count(list.getEntries()));
  observer.observe({ type: "layout-shift", buffered: true });
  document.addEventListener("securitypolicyviolation", (event) => {
    walk.refused.push(`${event.violatedDirective} ${event.blockedURI}`);
  });

  // Words that no other of our languages has; two of them in one sentence are English.
  const ENGLISH = /\b(the|your|you|with|this|and|are|have|from|which|cannot|was|were|when|that)\b/gi;

  walk.english = () => {
    const found = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const parent = texts.currentNode.parentElement;
      if (parent.closest("code, pre, script, style, textarea, option") || parent.closest("[lang]") !== document.documentElement) continue;
      const words = new Set((texts.currentNode.data.match(ENGLISH) || []).map((word) => word.toLowerCase()));
      if (words.size > 1) found.push(texts.currentNode.data.trim().slice(0, 120));
    }
    return found;
  };

  walk.overhang = () => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll("body *")]
      .filter((element) => element.checkVisibility() && element.getBoundingClientRect().right > width + 1)
      .filter((element) => !element.closest(".tabs")) // tabs scroll inside their own line
      .slice(0, 3)
      .map((element) => element.outerHTML.slice(0, 120));
  };

  walk.look = async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    count(observer.takeRecords());
    return {
      shift: walk.shift,
      refused: walk.refused,
      headings: [...document.querySelectorAll("h1")].filter((each) => each.checkVisibility()).length,
      title: document.title.trim(),
      language: document.documentElement.lang,
      english: document.documentElement.lang === "en" ? [] : walk.english(),
      overhang: walk.overhang(),
    };
  };

  // The keyboard: how many stops there should be, then which of them were missed or could not be seen.
  const isOutlined = (element) => {
    const style = getComputedStyle(element);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  };
  const isSeen = (element) => [element, element.parentElement, element.nextElementSibling, element.closest("label")]
    .some((each) => each && isOutlined(each));
  const group = (element) => (element.type === "radio" ? `${element.form?.action} ${element.name}` : element);

  const stop = (tabIndex) => {
    const place = document.createElement("span");
    place.tabIndex = tabIndex;
    place.style.position = "fixed"; // moves nothing
    return place;
  };

  walk.startTabbing = () => {
    walk.stops = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")].filter((each) =>
      each.tabIndex >= 0 && !each.disabled && each.checkVisibility({ visibilityProperty: true }) && !each.closest("[inert]"));
    walk.reached = new Set();
    walk.dark = [];
    document.addEventListener("focusin", (event) => {
      walk.reached.add(group(event.target));
      if (event.target !== document.body && event.target !== walk.end && !isSeen(event.target)) walk.dark.push(event.target.outerHTML.slice(0, 120));
    });
    const start = stop(-1);
    document.body.prepend(start);
    walk.end = stop(0);
    document.body.append(walk.end);
    // Past the end the browser itself would take the focus and give it back whenever it likes: to the link past the menu,
    // which then lies over what axe looks at. The end keeps it.
    walk.end.addEventListener("keydown", (event) => { if (event.key === "Tab") event.preventDefault(); });
    start.focus({ preventScroll: true });
    walk.dark.length = 0;
    start.remove();
    // Day, month, year and calendar of a date are stops of their own.
    return walk.stops.length + 3 * walk.stops.filter((each) => each.type === "date").length;
  };
  walk.endTabbing = () => {
    const last = document.activeElement;
    walk.end.remove();
    window.scrollTo({ top: 0, left: 0, behavior: "instant" }); // axe takes what lies under the bar for covered
    return {
      held: last === walk.end ? [] : [last.outerHTML.slice(0, 120)],
      missed: walk.stops.filter((each) => !walk.reached.has(group(each)) && each.isConnected).map((each) => each.outerHTML.slice(0, 120)),
      dark: [...new Set(walk.dark)],
    };
  };
})();
