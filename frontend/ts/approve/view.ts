// Screens are <template>s that the server has filled with texts in the person's language; here they get their values.
type Value = string | boolean | null | undefined;

export type Values = Record<string, Value>;

export const place = (): HTMLElement => document.querySelector<HTMLElement>("#screen")!;

function fill(root: ParentNode, values: Values): void {
  for (const element of root.querySelectorAll<HTMLElement>("[data-text]")) {
    const value = values[element.dataset.text ?? ""];
    if (typeof value === "string") element.textContent = value;
  }
  for (const element of root.querySelectorAll<HTMLElement>("[data-if]")) {
    const name = element.dataset.if ?? "";
    if (name in values) element.hidden = !values[name];
  }
  for (const element of root.querySelectorAll<HTMLInputElement>("input[data-value]")) {
    const name = element.dataset.value ?? "";
    if (name in values) element.value = String(values[name] ?? ""); // an update leaves alone what a person types
  }
}

export function part(name: string, values: Values = {}): DocumentFragment {
  const template = document.querySelector<HTMLTemplateElement>(`template#${name}`);
  const fragment = template!.content.cloneNode(true) as DocumentFragment;
  fill(fragment, values);
  return fragment;
}

// Puts a screen up and the focus on its heading, so that it is read out.
export function show(name: string, values: Values = {}): HTMLElement {
  const main = place();
  main.replaceChildren(part(`screen-${name}`, values));
  main.dataset.screen = name;
  const heading = main.querySelector<HTMLElement>("h1");
  document.title = `${heading?.textContent ?? ""} · ${document.documentElement.dataset.product ?? ""}`;
  heading?.setAttribute("tabindex", "-1");
  heading?.focus();
  window.scrollTo(0, 0);
  return main;
}

export function update(values: Values): void {
  fill(place(), values);
}

// The refusal at a field, in the way of all forms of the house.
export function refuse(field: HTMLInputElement, sentence: string): void {
  const error = place().querySelector<HTMLElement>(`#${field.id}-error`);
  if (!error) return;
  error.hidden = false;
  error.querySelector("span")!.textContent = sentence;
  field.setAttribute("aria-invalid", "true");
  field.focus();
}

const texts = (): Record<string, string> => JSON.parse(document.querySelector("#texts")?.textContent ?? "{}");

// A sentence of the server with its values: say("age", {age: "5 seconds ago"}).
export function say(name: string, values: Record<string, string> = {}): string {
  const sentence = texts()[name] ?? name;
  return Object.entries(values).reduce((text, [key, value]) => text.replaceAll(`{${key}}`, value), sentence);
}

export function age(since: number, now: number): string {
  const relative = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
  const passed = Math.max(0, now - since);
  return passed < 60 ? relative.format(-passed, "second") : relative.format(-Math.floor(passed / 60), "minute");
}
