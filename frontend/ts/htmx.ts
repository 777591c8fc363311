import htmx from "htmx.org";

// No eval and no <style> of its own: the content security policy forbids both. Nothing of a page is kept in the
// browser's storage, because the next person at this machine may be somebody else.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.historyCacheSize = 0;
htmx.config.refreshOnHistoryMiss = true;
htmx.config.selfRequestsOnly = true;
htmx.config.scrollBehavior = "auto";

// A refusal is an answer: the piece that says why is shown in place (htmx would drop every 4xx). A 5xx body is a whole
// page; it is never put inside another one.
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "4..", swap: true, error: false },
  { code: "5..", swap: false, error: true },
];

function meta(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? "";
}

document.addEventListener("htmx:configRequest", (event) => {
  const { headers, verb } = (event as CustomEvent<{ headers: Record<string, string>; verb: string }>).detail;
  if (verb !== "get") headers["X-CSRFToken"] = meta("csrf-token");
});

// A whole page never lands inside a piece. Where the answer led to another page (signed out meanwhile), that page opens;
// a page that says "failed" becomes a notice, and what stood there stays.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = event as CustomEvent<{ xhr: XMLHttpRequest; shouldSwap: boolean; boosted?: boolean }>;
  if (!detail.shouldSwap || detail.boosted || !/^\s*<!doctype html/i.test(detail.xhr.responseText)) return;
  detail.shouldSwap = false;
  if (detail.xhr.status < 400) window.location.assign(detail.xhr.responseURL || window.location.href);
  else tellOfFailure();
});

function tellOfFailure(): void {
  const template = document.querySelector<HTMLTemplateElement>("template#toast-failure");
  const region = document.querySelector("#toasts");
  if (template && region) region.append(template.content.cloneNode(true));
}
document.addEventListener("htmx:sendError", tellOfFailure);
document.addEventListener("htmx:responseError", tellOfFailure);

// A page that is being left stops asking: the answer would be one to a session that is over.
let isLeft = false;
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) isLeft = true;
});
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if ((event as CustomEvent<{ xhr: XMLHttpRequest }>).detail.xhr.getResponseHeader("HX-Redirect")) isLeft = true;
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (isLeft && (event.target as Element).matches("[data-polls]")) event.preventDefault();
});
window.addEventListener("pageshow", () => {
  isLeft = false;
});
