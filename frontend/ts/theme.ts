// The theme changes at once; the form posts the choice in the background. Without script the form reloads the page.
document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  const button = (event as SubmitEvent).submitter as HTMLButtonElement | null;
  if (!form.matches("form[data-theme-form]") || !button) return;
  event.preventDefault();
  const root = document.documentElement;
  if (button.value === "light" || button.value === "dark") root.dataset.theme = button.value;
  else delete root.dataset.theme;
  for (const other of document.querySelectorAll<HTMLButtonElement>("form[data-theme-form] button")) {
    other.setAttribute("aria-pressed", String(other.value === button.value));
  }
  const body = new FormData(form);
  body.set(button.name, button.value);
  void fetch(form.action, { method: "POST", body, credentials: "same-origin", redirect: "manual" });
});
