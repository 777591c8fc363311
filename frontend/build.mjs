// Builds everything a browser loads from Stellwerk: one stylesheet, one script (and one for the pages that ask for a
// passkey), one sprite, one favicon.
// Plain names: Django's manifest storage adds the content hash when it collects them.
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { picture } from "./pictures.mjs";
import { readRoles, rolesStylesheet, weakPairs } from "./roles.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(HERE);
const BUILD = join(ROOT, "src/stellwerk/web/static/build");
const LUCIDE = join(ROOT, "node_modules/lucide-static/icons");
// Older than the Manager's row of foundation/browsers.toml: pages must also work below the minimum (UI-024).
const BROWSERS = ["chrome105", "firefox115", "safari15.4"];
const FIRST_LOAD_LIMIT = 200_000; // bytes after gzip, all files of a first visit (design, section 7)

function symbolOf(name, file) {
  const svg = readFileSync(join(LUCIDE, `${file}.svg`), "utf8");
  const shapes = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
  return `<symbol id="i-${name}" viewBox="0 0 24 24">${shapes.replace(/\s*\n\s*/g, "").trim()}</symbol>`;
}

function sprite() {
  const icons = JSON.parse(readFileSync(join(HERE, "icons.json"), "utf8"));
  const own = readFileSync(join(HERE, "shapes/own.svg"), "utf8").match(/<symbol.*<\/symbol>/g);
  const licence = "<!-- Icons i-*: Lucide, ISC licence. -->";
  const symbols = Object.entries(icons).map(([name, file]) => symbolOf(name, file));
  return `<svg xmlns="http://www.w3.org/2000/svg">${licence}${own.join("")}${symbols.join("")}</svg>\n`;
}

const rolesPlugin = {
  name: "roles",
  setup(build) {
    build.onResolve({ filter: /\/roles\.css$/ }, () => ({ path: "roles", namespace: "roles" }));
    build.onLoad({ filter: /.*/, namespace: "roles" }, () => {
      const roles = readRoles(join(HERE, "roles.json"), process.env.STELLWERK_COLOURS);
      const weak = weakPairs(roles);
      if (weak.length) return { errors: weak.map((text) => ({ text })) };
      return { contents: rolesStylesheet(roles), loader: "css" };
    });
  },
};

const options = {
  entryPoints: [
    { in: join(HERE, "ts/main.ts"), out: "stellwerk" },
    { in: join(HERE, "ts/passkeys.ts"), out: "passkeys" }, // for the pages that ask for one
    { in: join(HERE, "css/index.css"), out: "stellwerk" },
    { in: join(HERE, "ts/approve/app.ts"), out: "approve" },
    { in: join(HERE, "ts/approve/worker.ts"), out: "approve-worker" },
  ],
  bundle: true,
  minify: true,
  format: "iife",
  target: BROWSERS,
  legalComments: "none",
  logLevel: "warning",
  plugins: [rolesPlugin],
};

function writeShapes(folder) {
  writeFileSync(join(folder, "sprite.svg"), sprite());
  writeFileSync(join(folder, "favicon.svg"), readFileSync(join(HERE, "shapes/favicon.svg")));
  const [plate] = readRoles(join(HERE, "roles.json"), process.env.STELLWERK_COLOURS).plate;
  writeFileSync(join(folder, "approve-192.png"), picture(192, plate));
  writeFileSync(join(folder, "approve-512.png"), picture(512, plate));
  writeFileSync(join(folder, "approve-maskable.png"), picture(512, plate, { maskable: true }));
}

function weigh(folder) {
  let total = 0;
  for (const file of readdirSync(folder).sort()) {
    const content = readFileSync(join(folder, file));
    const packed = gzipSync(content, { level: 9 }).length;
    if (!file.startsWith("approve")) total += packed; // the approval app is a page of its own
    console.log(`  ${file.padEnd(22)} ${(content.length / 1000).toFixed(1).padStart(7)} kB  ${(packed / 1000).toFixed(1).padStart(6)} kB gzip`);
  }
  console.log(`  ${"first load".padEnd(22)} ${"".padStart(10)}  ${(total / 1000).toFixed(1).padStart(6)} kB gzip`);
  if (total > FIRST_LOAD_LIMIT) throw new Error(`the first load is ${total} bytes after gzip, the limit is ${FIRST_LOAD_LIMIT}`);
}

const watching = process.argv.includes("--watch");
// Built beside and then moved: a build that fails leaves the pages with the former files.
const fresh = watching ? BUILD : `${BUILD}.new`;
options.outdir = fresh;
rmSync(fresh, { recursive: true, force: true });
mkdirSync(fresh, { recursive: true });
writeShapes(fresh);
if (watching) {
  const context = await esbuild.context(options);
  await context.watch();
  console.log("watching frontend/");
} else {
  try {
    await esbuild.build(options);
    weigh(fresh);
  } catch (failure) {
    rmSync(fresh, { recursive: true, force: true });
    if (!failure.errors) console.error(failure.message); // esbuild has said itself what is wrong
    process.exit(1);
  }
  rmSync(BUILD, { recursive: true, force: true });
  renameSync(fresh, BUILD);
}
