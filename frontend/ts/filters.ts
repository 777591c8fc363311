// A filter takes effect when it is chosen; without script its form has a button.
document.addEventListener("change", (event) => {
  const field = event.target as Element;
  const form = field.closest<HTMLFormElement>("form[data-filter]");
  if (form && field instanceof HTMLSelectElement) form.requestSubmit();
});

// <input data-narrows="#list">: hides the entries of a short list that do not hold the typed text.
document.addEventListener("input", (event) => {
  const field = event.target as HTMLInputElement;
  const list = field.dataset.narrows ? document.querySelector(field.dataset.narrows) : null;
  if (!list) return;
  const wanted = field.value.trim().toLocaleLowerCase();
  for (const entry of list.children) {
    entry.toggleAttribute("hidden", !(entry.textContent ?? "").toLocaleLowerCase().includes(wanted));
  }
});
