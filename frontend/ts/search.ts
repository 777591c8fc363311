// "/" and Ctrl K lead to the search field, on a phone to the search page.
function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

document.addEventListener("keydown", (event) => {
  const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target);
  const command = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
  if (!slash && !command) return;
  const field = document.querySelector<HTMLInputElement>("#search");
  if (!field) return;
  event.preventDefault();
  if (field.offsetParent !== null) {
    field.focus();
    field.select();
  } else {
    document.querySelector<HTMLAnchorElement>("a.find")?.click();
  }
});

// The list under the field: arrows walk through it, Escape returns to the field and empties it.
document.addEventListener("keydown", (event) => {
  const form = (event.target as HTMLElement | null)?.closest?.<HTMLFormElement>("form.command");
  if (!form || !["ArrowDown", "ArrowUp", "Escape"].includes(event.key)) return;
  const field = form.querySelector<HTMLInputElement>("#search")!;
  const found = form.querySelector<HTMLElement>("#found")!;
  event.preventDefault();
  if (event.key === "Escape") {
    field.value = "";
    found.replaceChildren();
    field.focus();
    return;
  }
  const stops: HTMLElement[] = [field, ...found.querySelectorAll<HTMLAnchorElement>("a")];
  const step = event.key === "ArrowDown" ? 1 : -1;
  const at = stops.indexOf(document.activeElement as HTMLElement);
  stops[(at + step + stops.length) % stops.length]?.focus();
});
