// Passkeys, loaded only by pages that ask for one. Without this script the password form and the other methods stay.
//
// <form data-passkey="create|get" hidden>: shown where the browser can use passkeys. Its button asks the device, the
// answer goes into the field `answer`, and the form is sent like any other. The question stands in `data-options`; a
// form with `data-questions` gets further ones there, and offers passkeys in the autofill of the login field.
// [data-passkey-missing] says what to do instead and goes where the browser can; [data-passkey-trouble] says what went
// wrong: "known" for a device that is enrolled already, "unanswered" for everything else.
type Options = Record<string, unknown>;
interface Named {
  id: string;
}

const FRESH_MS = 4 * 60_000; // the server forgets a question after five minutes

function toBytes(letters: string): ArrayBuffer {
  const padded = letters.replace(/-/g, "+").replace(/_/g, "/").padEnd(Math.ceil(letters.length / 4) * 4, "=");
  return Uint8Array.from(window.atob(padded), (letter) => letter.charCodeAt(0)).buffer;
}

function toLetters(bytes: ArrayBuffer | null): string | undefined {
  if (!bytes) return undefined;
  const text = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("");
  return window.btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function withBytes(list: unknown): (Named & { id: ArrayBuffer })[] | undefined {
  return (list as Named[] | undefined)?.map((each) => ({ ...each, id: toBytes(each.id) })) as never;
}

function creation(options: Options): PublicKeyCredentialCreationOptions {
  const user = options.user as Named;
  return {
    ...options,
    challenge: toBytes(options.challenge as string),
    user: { ...user, id: toBytes(user.id) },
    excludeCredentials: withBytes(options.excludeCredentials) ?? [],
  } as unknown as PublicKeyCredentialCreationOptions;
}

function request(options: Options): PublicKeyCredentialRequestOptions {
  return {
    ...options,
    challenge: toBytes(options.challenge as string),
    allowCredentials: withBytes(options.allowCredentials) ?? [],
  } as unknown as PublicKeyCredentialRequestOptions;
}

function answerOf(credential: PublicKeyCredential): string {
  const { response } = credential;
  const parts: Record<string, unknown> = { clientDataJSON: toLetters(response.clientDataJSON) };
  if (response instanceof AuthenticatorAttestationResponse) {
    parts.attestationObject = toLetters(response.attestationObject);
    parts.transports = response.getTransports?.() ?? [];
  } else if (response instanceof AuthenticatorAssertionResponse) {
    parts.authenticatorData = toLetters(response.authenticatorData);
    parts.signature = toLetters(response.signature);
    parts.userHandle = toLetters(response.userHandle);
  }
  const rawId = toLetters(credential.rawId);
  return JSON.stringify({ id: rawId, rawId, type: credential.type, response: parts, clientExtensionResults: {} });
}

async function question(form: HTMLFormElement): Promise<Options> {
  const { options } = form.dataset;
  const isFresh = !form.dataset.questions || performance.now() < FRESH_MS;
  if (form.dataset.questions) delete form.dataset.options; // good once
  if (options && isFresh) return JSON.parse(options) as Options;
  const token = form.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
  const answer = await fetch(form.dataset.questions ?? "", { method: "POST", headers: { "X-CSRFToken": token } });
  if (!answer.ok) throw new Error(`no question: ${answer.status}`);
  return (await answer.json()) as Options;
}

let running: AbortController | undefined;

async function ask(form: HTMLFormElement, mediation?: "conditional"): Promise<void> {
  running?.abort(); // a browser answers one question at a time
  const mine = (running = new AbortController());
  const options = await question(form);
  if (mine.signal.aborted) return;
  const asked = { signal: mine.signal, ...(mediation ? { mediation } : {}) };
  const credential =
    form.dataset.passkey === "create"
      ? await navigator.credentials.create({ ...asked, publicKey: creation(options) })
      : await navigator.credentials.get({ ...asked, publicKey: request(options) });
  const field = form.querySelector<HTMLInputElement>("input[name=answer]");
  if (!(credential instanceof PublicKeyCredential) || !field || mine.signal.aborted) return;
  field.value = answerOf(credential);
  form.submit();
}

function say(form: HTMLFormElement, trouble: string | null): void {
  for (const each of form.querySelectorAll<HTMLElement>("[data-passkey-trouble]")) {
    each.hidden = each.dataset.passkeyTrouble !== trouble;
  }
}

async function pressed(form: HTMLFormElement): Promise<void> {
  say(form, null);
  try {
    await ask(form);
  } catch (failure) {
    say(form, failure instanceof DOMException && failure.name === "InvalidStateError" ? "known" : "unanswered");
    if (form.dataset.questions) void offer(form);
  }
}

// Autofill: the question waits until the person picks a passkey in the login field, or presses the button.
async function offer(form: HTMLFormElement): Promise<void> {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  const again = window.setTimeout(() => {
    if (document.visibilityState === "visible") void offer(form);
    else document.addEventListener("visibilitychange", () => void offer(form), { once: true });
  }, FRESH_MS);
  try {
    await ask(form, "conditional");
  } catch {
    window.clearTimeout(again); // the button took over, or the person wants the password
  }
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
  if (!window.PublicKeyCredential) break;
  form.hidden = false;
  for (const note of document.querySelectorAll<HTMLElement>("[data-passkey-missing]")) note.hidden = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void pressed(form);
  });
  if (form.dataset.questions) void offer(form);
}
