// The tour is a list in the page; script shows one step at a time beside what it explains. Arrows walk, Escape leaves.
// That it was seen is kept with the account, so a failed answer only means that it starts once more.
const tour = document.querySelector<HTMLElement>("#tour");

/** The first of the selectors that shows something wins, wherever in the page it stands. */
function visible(selectors: string): HTMLElement | undefined {
  const found = selectors.split(", ").flatMap((selector) => [...document.querySelectorAll<HTMLElement>(selector)]);
  return found.find((element) => element.checkVisibility?.() ?? element.offsetParent);
}

function walk(box: HTMLElement): void {
  const steps = [...box.querySelectorAll<HTMLElement>(".tour-steps > li")];
  const next = box.querySelector<HTMLButtonElement>("[data-tour-next]")!;
  const back = box.querySelector<HTMLButtonElement>("[data-tour-back]")!;
  const form = box.querySelector<HTMLFormElement>("form")!;
  const status = box.querySelector<HTMLElement>("[role=status]")!;
  const count = box.querySelector<HTMLElement>(".tour-count")!;
  let at = 0;
  let marked: HTMLElement | undefined;

  function show(index: number): void {
    at = index;
    marked?.classList.remove("tour-mark");
    steps.forEach((step, place) => (step.hidden = place !== at));
    marked = visible(steps[at]!.dataset.target ?? "");
    marked?.classList.add("tour-mark");
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    marked?.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
    back.hidden = at === 0;
    next.textContent = (at === steps.length - 1 ? next.dataset.last : next.dataset.label) ?? "";
    const words = (status.dataset.template ?? "").replace("{current}", String(at + 1)).replace("{total}", String(steps.length));
    count.textContent = words;
    status.textContent = `${words}: ${steps[at]!.querySelector("h3")?.textContent ?? ""}. ${steps[at]!.querySelector("p")?.textContent ?? ""}`;
  }

  function leave(): void {
    if (!box.classList.contains("walking")) return;
    box.classList.remove("walking");
    box.hidden = true;
    marked?.classList.remove("tour-mark");
    void fetch(box.dataset.done ?? "", { method: "POST", body: new FormData(form), headers: { "X-Requested-With": "tour" } });
    document.querySelector<HTMLElement>("[data-tour]")?.focus({ preventScroll: true });
  }

  function start(): void {
    box.hidden = false;
    box.classList.add("walking");
    next.hidden = false;
    show(0);
    box.focus({ preventScroll: true });
  }

  next.addEventListener("click", () => (at === steps.length - 1 ? leave() : show(at + 1)));
  back.addEventListener("click", () => show(at - 1));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    leave();
  });
  document.addEventListener("keydown", (event) => {
    if (!box.classList.contains("walking") || event.ctrlKey || event.metaKey || event.altKey) return;
    const elsewhere = document.activeElement !== document.body && !box.contains(document.activeElement);
    if (elsewhere) return; // an open menu or the search field has the key first
    if (event.key === "Escape") leave();
    if (event.key === "ArrowRight" && at < steps.length - 1) show(at + 1);
    if (event.key === "ArrowLeft" && at > 0) show(at - 1);
  });
  document.addEventListener("click", (event) => {
    const again = (event.target as Element).closest("[data-tour]");
    if (!again) return;
    event.preventDefault();
    start();
  });
  if ("starts" in box.dataset) start();
}

if (tour) walk(tour);
