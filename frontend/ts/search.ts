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
