// The app's calls to the server. Each is signed by the key of its device; there is no session and no token to steal.
import { digest, newKey, codesKey, signed } from "./keys";
import { type Identity, forget, keysOf, store } from "./store";

const ROOT = "/api/2/api/2fa/push";
const PROTOCOL = "stellwerk-approve/1";

export interface Challenge {
  uuid: string;
  type: string;
  device: { name: string; kind: string };
  place: { name: string; address: string | null };
  created_at: number;
  expires_at: number;
}

interface Account {
  id: number;
  display_name: string;
  email: string;
}

interface OwnDevice {
  device: string;
  name: string;
  account: Account;
  language: string;
  has_push: boolean;
  push_key: string;
  server_time: number;
}

export interface LinkOptions {
  challenge: string;
  account: Account;
  devices: string[];
}

interface Refusal {
  code: string;
  description: string;
  context: { reason?: string; server_time?: number; attempts_left?: number };
}

export type Answer<T> = { data: T; refusal?: undefined } | { data?: undefined; refusal: Refusal };

// The server cannot be reached; everything may be tried again.
export class Offline extends Error {}
// The keys of this account are not here any more (SEC-066), or the server does not know the device.
export class Lost extends Error {}
// The account was removed from this device; nothing of it is left here (SEC-033).
export class Removed extends Error {}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

async function sent<T>(path: string, options: RequestInit): Promise<Answer<T>> {
  let answer: Response;
  try {
    answer = await fetch(ROOT + path, { credentials: "omit", cache: "no-store", ...options });
  } catch (failure) {
    throw new Offline(String(failure));
  }
  if (answer.status >= 500) throw new Offline(String(answer.status));
  const body = (await answer.json()) as { data: T; error?: Refusal };
  return body.error ? { refusal: body.error } : { data: body.data };
}

function headers(language: string): Record<string, string> {
  return { "Content-Type": "application/json", "Accept-Language": language };
}

// What the server says is read beside the texts of the page, or of the notifications, which name their language here.
let language = async (): Promise<string> => document.documentElement.lang;

export function readIn(reader: () => Promise<string>): void {
  language = reader;
}

export async function call<T>(identity: Identity, method: string, path: string, body?: unknown): Promise<Answer<T>> {
  const keys = await keysOf(identity.device);
  if (!keys) throw await lost(identity);
  for (let attempt = 1; ; attempt += 1) {
    const content = body === undefined ? "" : JSON.stringify(body);
    const time = seconds() + identity.offset;
    const lines = [`${PROTOCOL} request`, method, ROOT + path, String(time), await digest(content)];
    const signature = await signed(keys.signing, lines);
    const authorization = `Stellwerk-Device device=${identity.device}, time=${time}, signature=${signature}`;
    const options = { method, headers: { ...headers(await language()), Authorization: authorization } };
    const answer = await sent<T>(path, content ? { ...options, body: content } : options);
    const { reason, server_time: serverTime } = answer.refusal?.context ?? {};
    if (answer.refusal?.code !== "not_authorized") return answer;
    if (reason === "signature_stale" && serverTime !== undefined && attempt === 1) {
      identity.offset = serverTime - seconds();
      await store(identity);
      continue;
    }
    if (reason === "device_removed") {
      await forget(identity.device);
      throw new Removed();
    }
    throw await lost(identity);
  }
}

async function lost(identity: Identity): Promise<Lost> {
  if (!identity.isLost) await store({ ...identity, isLost: true });
  return new Lost();
}

export function openChallenge(identity: Identity): Promise<Answer<Challenge | null>> {
  return call<Challenge | null>(identity, "GET", "/challenges");
}

export function ownDevice(identity: Identity): Promise<Answer<OwnDevice>> {
  return call<OwnDevice>(identity, "GET", "/device");
}

// The decision is signed by itself, too: over the request, the answer, the number and the end (SEC-067).
async function proof(identity: Identity, challenge: Challenge, decision: string, number: string): Promise<string> {
  const keys = await keysOf(identity.device);
  if (!keys) throw await lost(identity);
  const end = String(challenge.expires_at);
  return signed(keys.signing, [`${PROTOCOL} decision`, challenge.uuid, decision, number, end]);
}

export async function approve(identity: Identity, challenge: Challenge, number: number): Promise<Answer<unknown>> {
  const signature = await proof(identity, challenge, "approved", String(number));
  return call(identity, "PATCH", `/challenges/${challenge.uuid}`, { number, signature });
}

export async function reject(identity: Identity, challenge: Challenge): Promise<Answer<unknown>> {
  const signature = await proof(identity, challenge, "rejected", "");
  return call(identity, "DELETE", `/challenges/${challenge.uuid}`, { signature });
}

export async function linkOptions(code: string): Promise<Answer<LinkOptions>> {
  return sent("/links", { method: "POST", headers: headers(await language()), body: JSON.stringify({ code }) });
}

// Joins the account of a link: makes the key pair here, proves it, and stores what the server sends once.
export async function join(code: string, options: LinkOptions, name: string): Promise<Answer<OwnDevice>> {
  const { signing, publicKey } = await newKey();
  const signature = await signed(signing, [`${PROTOCOL} link`, options.challenge, publicKey, name]);
  const body = JSON.stringify({ code, name, public_key: publicKey, signature });
  type Linked = OwnDevice & { code: { seed: string; digits: number; period: number } };
  const answer = await sent<Linked>("/devices", { method: "POST", headers: headers(await language()), body });
  if (!answer.data) return answer;
  const { data } = answer;
  const identity: Identity = {
    device: data.device,
    accountId: data.account.id,
    name: data.account.display_name,
    email: data.account.email,
    deviceName: data.name,
    digits: data.code.digits,
    period: data.code.period,
    offset: data.server_time - seconds(),
    hasPush: false,
    isLost: false,
  };
  await store(identity, { device: data.device, signing, codes: await codesKey(data.code.seed) });
  return answer;
}
