// Push messages only wake the app. Where the browser has none, or the person wants none, the app asks by itself.
import { fromBase64url } from "./keys";
import { type Identity, identities, store } from "./store";
import { call, ownDevice } from "./wire";

export function isOffered(): boolean {
  return "PushManager" in window && "Notification" in window && Notification.permission === "default";
}

function key(text: string | null | undefined): string {
  return text ?? "";
}

function inBase64url(raw: ArrayBuffer | null): string {
  const binary = String.fromCharCode(...new Uint8Array(raw ?? new ArrayBuffer(0)));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function subscription(pushKey: string): Promise<PushSubscription> {
  const { pushManager } = await navigator.serviceWorker.ready;
  const known = await pushManager.getSubscription();
  if (known && inBase64url(known.options.applicationServerKey) === pushKey) return known;
  await known?.unsubscribe(); // the house has a new key
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: fromBase64url(pushKey) });
}

async function announce(identity: Identity): Promise<void> {
  const own = await ownDevice(identity);
  if (!own.data) return;
  const { endpoint, keys } = (await subscription(own.data.push_key)).toJSON();
  const body = { endpoint, p256dh: key(keys?.["p256dh"]), auth: key(keys?.["auth"]) };
  const answer = await call(identity, "PUT", "/device/subscription", body);
  await store({ ...identity, hasPush: answer.refusal === undefined });
}

// Tells the server where push messages reach this browser, for every account. A browser without a push service (or
// without a network) is no fault: the app still asks while it is open.
export async function announceAll(): Promise<boolean> {
  if (!("Notification" in window) || Notification.permission !== "granted") return false;
  try {
    for (const identity of await identities()) if (!identity.isLost) await announce(identity);
    return true;
  } catch {
    return false;
  }
}

export async function askForNotifications(): Promise<boolean> {
  return (await Notification.requestPermission()) === "granted" && announceAll();
}
