// Menus are <details>; script adds what people expect of a menu: one at a time, Escape, a click elsewhere closes.
function openMenus(): HTMLDetailsElement[] {
  return [...document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")];
}

document.addEventListener(
  "toggle",
  (event) => {
    const opened = event.target as HTMLDetailsElement;
    if (!opened.matches?.("details.menu[open]")) return;
    for (const menu of openMenus()) if (menu !== opened && !menu.contains(opened)) menu.open = false;
  },
  true,
);

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target as Node)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    const hadFocus = menu.contains(document.activeElement);
    menu.open = false;
    if (hadFocus) menu.querySelector<HTMLElement>("summary")?.focus();
  }
});

// The reason beside a grey control: Escape hides it until the pointer or the focus comes back (WCAG 1.4.13).
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const control of document.querySelectorAll<HTMLElement>(".denied:hover, .denied:focus-within")) {
    control.classList.add("closed");
    const open = (): void => control.classList.remove("closed");
    control.addEventListener("pointerleave", open, { once: true });
    control.addEventListener("focusout", open, { once: true });
  }
});
