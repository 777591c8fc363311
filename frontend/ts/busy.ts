// A pressed button says what is going on, keeps its width, and cannot be pressed twice.
interface Pressed {
  button: HTMLButtonElement;
  label: ChildNode[];
}
let pressed: Pressed[] = [];

function release(): void {
  for (const { button, label } of pressed) {
    button.replaceChildren(...label);
    button.style.removeProperty("min-width");
    button.removeAttribute("aria-disabled");
  }
  pressed = [];
}

document.addEventListener("submit", (event) => {
  const submitter = (event as SubmitEvent).submitter;
  if (event.defaultPrevented || !(submitter instanceof HTMLButtonElement)) return;
  if (submitter.getAttribute("aria-disabled") === "true") {
    event.preventDefault();
    return;
  }
  const busy = submitter.dataset.busy;
  if (!busy) return;
  pressed.push({ button: submitter, label: [...submitter.childNodes] });
  submitter.style.minWidth = `${submitter.offsetWidth}px`;
  submitter.textContent = busy;
  submitter.setAttribute("aria-disabled", "true");
});

document.addEventListener("htmx:afterRequest", release);
window.addEventListener("pageshow", (event) => {
  if (event.persisted) release();
});
