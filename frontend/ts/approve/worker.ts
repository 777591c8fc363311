// The app's service worker: keeps the app there without a network, and wakes it when a sign-in waits.
// The server writes `SHELL` in front of this script: the version, the addresses of the app's files and its texts.
import { type Identity, identities } from "./store";
import { type Challenge, openChallenge, readIn, reject, Removed } from "./wire";

interface Shell {
  version: string;
  page: string;
  files: string[];
  texts: Record<string, Record<string, string>>; // language → name → sentence
}

interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Extendable {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Pushed extends Extendable {
  data: { json(): { type?: string; device?: string } } | null;
}
interface Clicked extends Extendable {
  action: string;
  notification: Notification & { data: { device: string; challenge: Challenge | null } };
}
interface Page {
  focus(): Promise<unknown>;
  postMessage(message: unknown): void;
  url: string;
}
interface Worker {
  SHELL: Shell;
  registration: ServiceWorkerRegistration;
  skipWaiting(): Promise<void>;
  clients: {
    claim(): Promise<void>;
    matchAll(options: { type: "window"; includeUncontrolled: boolean }): Promise<Page[]>;
    openWindow(address: string): Promise<unknown>;
  };
  addEventListener(name: string, listener: (event: never) => void): void;
}

const worker = self as unknown as Worker;
const { SHELL } = worker;
const CACHE = `approve-${SHELL.version}`;
const LANGUAGE = "/approve/language"; // an entry of the cache, not an address of the server
const NETWORK_MS = 3000;

async function language(): Promise<string> {
  const kept = await caches.match(LANGUAGE);
  const wanted = kept ? await kept.text() : navigator.language.slice(0, 2);
  return wanted in SHELL.texts ? wanted : "en";
}
readIn(language);

// Fetched without cookies: what is kept for later belongs to nobody in particular.
async function keepPage(cache: Cache): Promise<void> {
  const page = await fetch(`${SHELL.page}?language=${await language()}`, { credentials: "omit", cache: "no-store" });
  if (page.ok) await cache.put(SHELL.page, page);
}

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll(SHELL.files);
  await keepPage(cache);
  await worker.skipWaiting();
}

async function activate(): Promise<void> {
  const kept = await caches.match(LANGUAGE);
  const cache = await caches.open(CACHE);
  if (kept && !(await cache.match(LANGUAGE))) await cache.put(LANGUAGE, kept.clone());
  for (const name of await caches.keys()) if (name.startsWith("approve-") && name !== CACHE) await caches.delete(name);
  await worker.clients.claim();
}

// The page comes from the network, so that it is never old; without one, or with a slow one, as it was kept.
async function page(request: Request): Promise<Response> {
  const kept = await caches.match(SHELL.page);
  try {
    return await fetch(request, kept ? { signal: AbortSignal.timeout(NETWORK_MS) } : {});
  } catch (failure) {
    if (kept) return kept;
    throw failure;
  }
}

async function file(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

async function say(name: string): Promise<string> {
  return SHELL.texts[await language()]?.[name] ?? "";
}

async function show(identity: Identity, challenge: Challenge | null): Promise<void> {
  const facts = challenge && [challenge.device.name, challenge.place.name].filter(Boolean).join(", ");
  const title = await say(challenge ? "asks" : "nothing");
  const options = {
    body: [identity.email, facts].filter(Boolean).join("\n"),
    tag: identity.device,
    icon: "/approve/icon-192.png",
    requireInteraction: challenge !== null,
    data: { device: identity.device, challenge },
    actions: challenge
      ? [
          { action: "open", title: await say("yes") },
          { action: "reject", title: await say("no") },
        ]
      : [],
  };
  await worker.registration.showNotification(title, options);
}

async function tellPages(): Promise<Page[]> {
  const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const own = pages.filter((each) => new URL(each.url).pathname === SHELL.page);
  for (const each of own) each.postMessage("ask");
  return own;
}

// The message says only which device should look. What waits is asked for, signed (SEC-062).
async function wake(event: Pushed): Promise<void> {
  const device = event.data?.json().device;
  const identity = (await identities()).find((each) => each.device === device);
  await tellPages();
  if (!identity) return;
  try {
    const answer = await openChallenge(identity);
    await show(identity, answer.data ?? null);
  } catch (failure) {
    const title = await say(failure instanceof Removed ? "removed" : "asks");
    await worker.registration.showNotification(title, { body: identity.email, tag: identity.device });
  }
}

// NO is answered at once. YES needs the number on the computer, so it opens the app.
async function clicked(event: Clicked): Promise<void> {
  const { device, challenge } = event.notification.data ?? { device: "", challenge: null };
  event.notification.close();
  const identity = (await identities()).find((each) => each.device === device);
  if (event.action === "reject" && identity && challenge) {
    await reject(identity, challenge);
    const title = await say("rejected");
    await worker.registration.showNotification(title, { body: await say("change-password"), tag: device });
    return;
  }
  const [open] = await tellPages();
  await (open ? open.focus() : worker.clients.openWindow(SHELL.page));
}

worker.addEventListener("install", (event: Extendable) => event.waitUntil(install()));
worker.addEventListener("activate", (event: Extendable) => event.waitUntil(activate()));
worker.addEventListener("push", (event: Pushed) => event.waitUntil(wake(event)));
worker.addEventListener("notificationclick", (event: Clicked) => event.waitUntil(clicked(event)));
worker.addEventListener("message", (event: Extendable & { data?: { language?: string } }) => {
  const wanted = event.data?.language;
  if (!wanted || !(wanted in SHELL.texts)) return;
  const keep = async (): Promise<void> => {
    const cache = await caches.open(CACHE);
    await cache.put(LANGUAGE, new Response(wanted));
    await keepPage(cache);
  };
  event.waitUntil(keep());
});
worker.addEventListener("fetch", (event: Fetching) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate" && pathname === SHELL.page) event.respondWith(page(request));
  else if (SHELL.files.includes(pathname)) event.respondWith(file(request));
});
