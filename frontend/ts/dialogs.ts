// <a href="…/removal/" data-dialog="#removal">: opens that dialog if it is on the page, else the link leads to its page.
// A dialog that htmx puts into #dialog-place opens by itself. Focus starts on the harmless button (autofocus).
function open(dialog: HTMLDialogElement): void {
  if (!dialog.open) dialog.showModal();
}

document.addEventListener("click", (event) => {
  const target = event.target as Element;
  const opener = target.closest<HTMLElement>("[data-dialog]");
  if (opener && !(event as MouseEvent).ctrlKey && !(event as MouseEvent).metaKey) {
    const dialog = document.querySelector<HTMLDialogElement>(opener.dataset.dialog ?? "");
    if (dialog?.showModal) {
      event.preventDefault();
      opener.closest("details.menu")?.removeAttribute("open");
      open(dialog);
    }
    return;
  }
  const keep = target.closest("[data-keep]");
  const around = keep?.closest("dialog");
  if (keep && around?.open) {
    event.preventDefault();
    around.close();
  }
});

document.addEventListener("htmx:afterSettle", (event) => {
  const place = event.target as Element;
  const dialog = place.id === "dialog-place" ? place.querySelector("dialog") : null;
  if (dialog) open(dialog);
});
