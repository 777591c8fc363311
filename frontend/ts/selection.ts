// A form with [data-selection]: rows are ticked in .pick cells, the bar shows how many. Without script the bar is always
// there. A list of several pages says how many are ticked on the others (data-elsewhere) and how many there are in all
// (data-total). Other parts (sums, prices) listen to the event "selection-change", with htmx: hx-trigger="selection-change".
function boxes(form: Element): HTMLInputElement[] {
  return [...form.querySelectorAll<HTMLInputElement>("tbody .pick input[type=checkbox]:not(:disabled)")];
}

function show(form: HTMLElement): void {
  const all = boxes(form);
  const ticked = all.filter((box) => box.checked);
  for (const box of all) box.closest("tr")?.classList.toggle("picked", box.checked);
  const head = form.querySelector<HTMLInputElement>("thead .pick input[type=checkbox]");
  if (head) {
    head.checked = ticked.length > 0 && ticked.length === all.length;
    head.indeterminate = ticked.length > 0 && ticked.length < all.length;
  }
  const bar = form.querySelector<HTMLElement>(".bar");
  const count = bar?.querySelector<HTMLElement>("[data-count]");
  const chosen = ticked.length + Number(count?.dataset.elsewhere ?? 0);
  bar?.classList.toggle("shown", chosen > 0);
  const text = chosen === 1 ? count?.dataset.one : count?.dataset.other;
  const total = count?.dataset.total ?? String(all.length);
  if (count && text) count.textContent = text.replace("{n}", String(chosen)).replace("{total}", total);
}

function showAll(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLElement>("[data-selection]")) show(form);
}

document.addEventListener("change", (event) => {
  const box = event.target as HTMLInputElement;
  const form = box.closest<HTMLElement>("[data-selection]");
  if (!form || !box.matches(".pick input[type=checkbox]")) return;
  if (box.closest("thead")) for (const other of boxes(form)) other.checked = box.checked;
  show(form);
  form.dispatchEvent(new CustomEvent("selection-change", { bubbles: true }));
});

document.addEventListener("DOMContentLoaded", () => showAll(document));
document.addEventListener("htmx:afterSettle", () => showAll(document));
window.addEventListener("pageshow", () => showAll(document)); // the browser restores ticks when one goes back
