// The current tab stands in view when the tabs are wider than the window.
function show(): void {
  for (const current of document.querySelectorAll<HTMLElement>(".tabs [aria-current]")) {
    const line = current.closest<HTMLElement>(".tabs");
    if (!line) continue;
    const before = current.getBoundingClientRect().left - line.getBoundingClientRect().left;
    line.scrollLeft += before - (line.clientWidth - current.offsetWidth) / 2;
  }
}

document.addEventListener("DOMContentLoaded", show);
