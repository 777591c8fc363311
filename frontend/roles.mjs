// The colours are roles, never hues. One table writes both schemes; a value under the contrast the visual language
// promises (text 4.5, marks and borders 3) stops the build, so that an operator's own accent cannot make a page unreadable.
import { existsSync, readFileSync } from "node:fs";

const GROUNDS = ["canvas", "surface", "sunken", "raised"];
const TONES = ["good", "warn", "bad", "partner", "access", "idle"];
const REPLACEABLE = /^(accent|plate)(-|$)/;

const PAIRS = [
  ...["ink", "ink-2", "ink-3", "accent", "accent-press"].map((text) => ({ front: text, on: GROUNDS, least: 4.5 })),
  ...TONES.map((tone) => ({ front: tone, on: [...GROUNDS, `${tone}-soft`], least: 4.5 })),
  ...TONES.map((tone) => ({ front: `${tone}-mark`, on: [...GROUNDS, `${tone}-soft`], least: 3 })),
  ...TONES.map((tone) => ({ front: "on-accent", on: [`${tone}-mark`], least: 3 })),
  { front: "accent", on: ["accent-soft"], least: 4.5 },
  { front: "on-accent", on: ["accent", "accent-press", "bad-mark"], least: 4.5 },
  { front: "#ffffff", on: ["plate"], least: 4.5 },
  { front: "edge", on: GROUNDS, least: 3 },
  { front: "on-demo", on: ["demo"], least: 4.5 },
];

function luminance(hex) {
  const channels = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
  const [red, green, blue] = channels.map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

export function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

export function weakPairs(roles) {
  const weak = [];
  for (const [scheme, name] of ["light", "dark"].entries()) {
    const value = (role) => (role.startsWith("#") ? role : roles[role][scheme]);
    for (const { front, on, least } of PAIRS) {
      for (const ground of on) {
        const ratio = contrast(value(front), value(ground));
        if (ratio < least) weak.push(`${name}: ${front} on ${ground} is ${ratio.toFixed(2)}, needs ${least}`);
      }
    }
  }
  return weak;
}

export function readRoles(file, operatorFile) {
  const roles = JSON.parse(readFileSync(file, "utf8"));
  if (!operatorFile || !existsSync(operatorFile)) return roles;
  for (const [role, values] of Object.entries(JSON.parse(readFileSync(operatorFile, "utf8")))) {
    if (!REPLACEABLE.test(role) || !(role in roles)) throw new Error(`${role}: an operator may replace accent* and plate* only`);
    if (!Array.isArray(values) || values.length !== 2 || !values.every((value) => /^#[0-9a-f]{6}$/i.test(value))) {
      throw new Error(`${role}: give two colours, light and dark, as #rrggbb`);
    }
    roles[role] = values;
  }
  return roles;
}

export function rolesStylesheet(roles) {
  const declarations = (scheme) => Object.entries(roles).map(([role, values]) => `--${role}:${values[scheme]}`).join(";");
  return `@layer tokens {
:root{${declarations(0)}}
@media (prefers-color-scheme: dark){:root:not([data-theme="light"]){${declarations(1)}}}
:root[data-theme="dark"]{${declarations(1)}}
}`;
}
