// The cryptography of the app, all of it the browser's own. Private keys are made here and cannot leave.
const CURVE = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNING = { name: "ECDSA", hash: "SHA-256" } as const;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

const utf8 = new TextEncoder();

export function base64url(raw: ArrayBuffer): string {
  const binary = String.fromCharCode(...new Uint8Array(raw));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

function fromBase32(text: string): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  let held = 0;
  let bits = 0;
  for (const letter of text) {
    held = (held << 5) | ALPHABET.indexOf(letter);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 255);
    held &= (1 << bits) - 1;
  }
  return Uint8Array.from(bytes);
}

export interface NewKey {
  signing: CryptoKey;
  publicKey: string;
}

export async function newKey(): Promise<NewKey> {
  const pair = await crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);
  return { signing: pair.privateKey, publicKey: base64url(await crypto.subtle.exportKey("spki", pair.publicKey)) };
}

export function codesKey(seed: string): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", fromBase32(seed), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

export async function signed(key: CryptoKey, lines: readonly string[]): Promise<string> {
  return base64url(await crypto.subtle.sign(SIGNING, key, utf8.encode(lines.join("\n"))));
}

export async function digest(text: string): Promise<string> {
  return base64url(await crypto.subtle.digest("SHA-256", utf8.encode(text)));
}

// RFC 4226 with the number of the period as counter (RFC 6238). Needs no network.
export async function codeAt(key: CryptoKey, step: number, digits: number): Promise<string> {
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(step));
  const mac = new DataView(await crypto.subtle.sign("HMAC", key, counter.buffer));
  const at = mac.getUint8(mac.byteLength - 1) & 15;
  const number = (mac.getUint32(at) & 0x7fffffff) % 10 ** digits;
  return String(number).padStart(digits, "0");
}
