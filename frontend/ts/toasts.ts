// Toasts leave after 8 s by a style-sheet animation that waits under pointer and focus; errors stay until closed.
// Script shows them one at a time and removes those that left.
function oneByOne(): void {
  document.querySelector("#toasts")?.classList.add("one-by-one");
}

document.addEventListener("animationend", (event) => {
  if (event.animationName === "toast-leaves") (event.target as Element).remove();
});

document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest("[data-close-toast]");
  button?.closest(".toast")?.remove();
});

document.addEventListener("DOMContentLoaded", oneByOne);
document.addEventListener("htmx:afterSettle", oneByOne);
