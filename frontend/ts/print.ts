// <button data-print>: the browser's own print dialog.
document.addEventListener("click", (event) => {
  if ((event.target as Element).closest("button[data-print]")) window.print();
});
