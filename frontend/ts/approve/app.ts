// The approval app: the accounts of this device, what waits for an answer, and the way to another account.
// Screens are the server's templates; this file says which one stands there and what happens on it.
import { codeAt } from "./keys";
import { announceAll, askForNotifications, isOffered } from "./push";
import { canScan, codeIn, scan } from "./scan";
import { type Identity, forget, identities, keysOf } from "./store";
import { age, part, place, refuse, say, show, update } from "./view";
import * as wire from "./wire";

const POLL_MS = 1500;
const TICK_MS = 1000;

interface Waiting {
  identity: Identity;
  challenge: wire.Challenge;
}

let waiting: Waiting | null = null;
let isAsking = false;
const answered = new Set<string>(); // what this page has answered already; the next poll may still show it

const now = (identity: Identity): number => Math.floor(Date.now() / 1000) + identity.offset;
const screen = (): string => place().dataset.screen ?? "";
const field = (id: string): HTMLInputElement => place().querySelector<HTMLInputElement>(`#${id}`)!;

// ── home and account ─────────────────────────────────────────────────────────────────────────────────────────────────

async function home(): Promise<void> {
  waiting = null;
  const known = await identities();
  if (!known.length) {
    show("empty", { canNotify: false });
    return;
  }
  const main = show("home", { canNotify: isOffered(), offline: !navigator.onLine });
  const list = main.querySelector("#accounts")!;
  for (const identity of known) {
    const { name, email, device } = identity;
    const isLost = identity.isLost || !(await keysOf(device));
    const entry = part("part-account", { name, email, isLost, isWell: !isLost });
    entry.querySelector<HTMLElement>("button")!.dataset.device = device;
    list.append(entry);
  }
}

async function account(device: string): Promise<void> {
  const identity = (await identities()).find((each) => each.device === device);
  if (!identity) return home();
  const isLost = identity.isLost || !(await keysOf(device));
  const { name, email, deviceName } = identity;
  const main = show("account", { name, email, deviceName, isLost, isWell: !isLost });
  main.dataset.device = device;
  await showCode();
}

// The code of this moment, also without a network; a new one every thirty seconds.
async function showCode(): Promise<void> {
  const { device } = place().dataset;
  const identity = (await identities()).find((each) => each.device === device);
  const keys = device ? await keysOf(device) : undefined;
  const output = place().querySelector<HTMLElement>("#code");
  if (!identity || !keys || !output) return;
  const time = now(identity);
  const code = await codeAt(keys.codes, Math.floor(time / identity.period), identity.digits);
  const half = code.length / 2;
  const left = identity.period - (time % identity.period);
  const shown = `${code.slice(0, half)} ${code.slice(half)}`;
  if (output.textContent !== shown) output.textContent = shown;
  place().querySelector<HTMLProgressElement>("progress")!.value = left;
  update({ left: say("left", { seconds: String(left) }) });
}

// ── linking ──────────────────────────────────────────────────────────────────────────────────────────────────────────

function add(): void {
  show("add", { canScan: canScan() });
}

async function startScan(): Promise<void> {
  const main = show("scan");
  try {
    const code = await scan(main.querySelector("video")!);
    if (code) await confirmLink(code);
  } catch {
    show("add", { canScan: false, noCamera: true });
  }
}

async function confirmLink(code: string): Promise<void> {
  const options = await wire.linkOptions(code);
  if (!options.data) {
    show("notice", { title: say("link-title"), text: options.refusal.description });
    return;
  }
  const own = new Set((await identities()).filter((each) => !each.isLost).map((each) => each.device));
  const { account: found, devices } = options.data;
  const isLinked = devices.some((device) => own.has(device));
  const main = show("confirm", { email: found.email, name: found.display_name, isLinked, deviceName: say("this-device") });
  main.querySelector("form")!.addEventListener("submit", (event) => {
    event.preventDefault();
    void guarded(() => join(code, options.data));
  });
}

async function join(code: string, options: wire.LinkOptions): Promise<void> {
  const name = field("device-name");
  const answer = await wire.join(code, options, name.value.trim());
  if (!answer.data) {
    refuse(name, answer.refusal.description);
    return;
  }
  // A former link of this account whose keys are gone makes room for the new one.
  for (const old of await identities()) {
    if (old.accountId === answer.data.account.id && (old.isLost || !(await keysOf(old.device)))) await forget(old.device);
  }
  rememberLanguage(answer.data.language);
  await announceAll();
  show("linked", { email: answer.data.account.email, canNotify: isOffered(), isFromMobile: isFromMobile() });
}

// Linked on the mobile itself: the browser came here from the page that asked for the password.
const isFromMobile = (): boolean => document.referrer.startsWith(`${location.origin}/approve/connect`);

// The app speaks the language of the account that was linked last, from its next start on.
function rememberLanguage(language: string): void {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `approve_language=${language}; Path=/approve; Max-Age=31536000; SameSite=Lax${secure}`;
  void navigator.serviceWorker?.ready.then((worker) => worker.active?.postMessage({ language }));
}

// ── a request ────────────────────────────────────────────────────────────────────────────────────────────────────────

function request(found: Waiting): void {
  waiting = found;
  const { identity, challenge } = found;
  const main = show("request", {
    email: identity.email,
    device: challenge.device.name || say("kind-program"),
    kind: say(`kind-${challenge.device.kind}`),
    place: challenge.place.name,
    hasPlace: Boolean(challenge.place.name),
    address: challenge.place.address ?? "",
    hasAddress: Boolean(challenge.place.address),
    age: age(challenge.created_at, now(identity)),
  });
  main.querySelector("form")!.addEventListener("submit", (event) => {
    event.preventDefault();
    void guarded(() => approve(found));
  });
}

async function approve({ identity, challenge }: Waiting): Promise<void> {
  const number = field("number");
  if (!/^\d\d$/.test(number.value.trim())) {
    refuse(number, say("two-digits"));
    return;
  }
  const { refusal } = await wire.approve(identity, challenge, Number(number.value));
  if (refusal?.code === "number_wrong" && refusal.context.attempts_left) {
    refuse(number, refusal.description);
    number.select();
    return;
  }
  done(challenge, refusal?.code === "number_wrong" ? "rejected" : "approved", refusal?.description);
}

async function reject({ identity, challenge }: Waiting): Promise<void> {
  const { refusal } = await wire.reject(identity, challenge);
  done(challenge, "rejected", refusal?.description);
}

// After the third wrong number the sign-in was refused as well: the page says why and what to do next.
function done(challenge: wire.Challenge, result: "approved" | "rejected", refused = ""): void {
  answered.add(challenge.uuid);
  waiting = null;
  if (refused && result === "approved") show("notice", { title: say("not-done-title"), text: refused });
  else show(result, { refused, hasRefusal: Boolean(refused) });
}

async function lookFor(identity: Identity): Promise<Waiting | null> {
  const answer = await wire.openChallenge(identity);
  const challenge = answer.data;
  // Clients ignore types they do not know (SEC-060).
  return challenge?.type === "approval" && !answered.has(challenge.uuid) ? { identity, challenge } : null;
}

// Asks for open requests while the app is in the foreground (SEC-023); push messages only make it faster.
async function ask(): Promise<void> {
  if (isAsking || document.hidden) return;
  isAsking = true;
  try {
    let found: Waiting | null = null;
    for (const identity of await identities()) {
      if (!identity.isLost) found = (await asked(identity)) ?? found;
    }
    follow(found);
  } finally {
    isAsking = false;
  }
}

async function asked(identity: Identity): Promise<Waiting | null> {
  try {
    const found = await lookFor(identity);
    update({ offline: false });
    return found;
  } catch (failure) {
    if (failure instanceof wire.Offline) update({ offline: true });
    else if (failure instanceof wire.Removed) show("removed", { email: identity.email });
    else if (screen() === "home" || screen() === "account") await home();
    return null;
  }
}

function follow(found: Waiting | null): void {
  const isNew = found?.challenge.uuid !== waiting?.challenge.uuid;
  if (found && isNew && screen() !== "confirm") request(found);
  if (!found && waiting) {
    const { identity, challenge } = waiting;
    waiting = null;
    const isLate = now(identity) >= challenge.expires_at;
    show("notice", { title: say("gone-title"), text: say(isLate ? "expired" : "handled") });
  }
}

// ── the whole ────────────────────────────────────────────────────────────────────────────────────────────────────────

const actions: Record<string, (button: HTMLElement) => unknown> = {
  home,
  add,
  scan: startScan,
  account: (button) => account(button.dataset.device ?? ""),
  reject: () => waiting && reject(waiting),
  notify: async () => show((await askForNotifications()) ? "notified" : "unnotified"),
  remove: () => {
    const { device = "" } = place().dataset;
    show("forget").dataset.device = device;
  },
  forget: async () => {
    await forget(place().dataset.device ?? "");
    await home();
  },
  paste: () => {
    const link = field("link");
    return link.value.trim() ? confirmLink(codeIn(link.value)) : refuse(link, say("link-empty"));
  },
};

async function guarded(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (failure) {
    if (failure instanceof wire.Removed || failure instanceof wire.Lost) await home();
    else if (failure instanceof wire.Offline) show("notice", { title: say("offline-title"), text: say("offline") });
    else throw failure;
  }
}

document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-do]");
  const action = actions[button?.dataset.do ?? ""];
  if (button && action) void guarded(() => action(button));
});

document.addEventListener("visibilitychange", () => void ask());
window.addEventListener("online", () => void ask());
navigator.serviceWorker?.addEventListener("message", () => void ask());

function tick(): void {
  if (waiting) update({ age: age(waiting.challenge.created_at, now(waiting.identity)) });
  if (screen() === "account") void showCode();
}

async function start(): Promise<void> {
  // Taken out of the address at once: it must not stay in the history.
  const code = /^#link=([\w-]+)$/.exec(location.hash)?.[1];
  if (location.hash) history.replaceState(null, "", location.pathname);
  if (code) await guarded(() => confirmLink(code));
  else await home();
  void ask();
  window.setInterval(() => void ask(), POLL_MS);
  window.setInterval(tick, TICK_MS);
  await navigator.serviceWorker?.register("/approve/service-worker.js", { scope: "/approve" });
  if (!code) await announceAll();
  // Asks the browser not to clear the keys away when the device runs out of room.
  await navigator.storage?.persist?.();
}

// A link scanned while the app is open arrives as another fragment of the same page.
window.addEventListener("hashchange", () => {
  const code = /^#link=([\w-]+)$/.exec(location.hash)?.[1];
  if (!code) return;
  history.replaceState(null, "", location.pathname);
  void guarded(() => confirmLink(code));
});

void start();
