// Builds what the pages load into web/assets/dist: every file under a name with a hash of its content, with
// gzip and brotli beside it, and manifest.json, which maps the names in the sources to the built ones. Of the
// design system's styles and icons only those go in that the sources of pages name.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import esbuild from "esbuild";
import { PurgeCSS } from "purgecss";

const here = path.dirname(fileURLToPath(import.meta.url));
const src = path.join(here, "src");
const dist = path.join(here, "dist");
const modules = path.join(here, "..", "..", "node_modules");
const italia = path.join(modules, "bootstrap-italia", "dist");

const web = path.join(here, "..");

const manifest = {};

// sources returns the texts of what pages are made of: whatever class or icon a page shows is named in one of
// them.
async function sources() {
  const files = (await readdir(web, { recursive: true })).filter(
    (f) => /\.(templ|go)$/.test(f) && !/_(templ|test)\.go$/.test(f),
  );
  return Promise.all(files.sort().map((f) => readFile(path.join(web, f), "utf8")));
}

// Classes whose names pages put together from a beginning and one of these ends. The build fails on
// beginnings that are missing here.
const composed = {
  "alert-": "info success warning danger",
  "bg-": "primary secondary success warning danger",
};

// Besides those, the elements that typed texts become, what only the state of a page brings, and our own
// classes that tell apart what the program alone knows.
const always = {
  standard: [
    ...Object.entries(composed).flatMap(([beginning, ends]) => ends.split(" ").map((end) => beginning + end)),
    ..."html body p a em strong del blockquote pre code hr ul ol li h1 h2 h3 h4 h5 h6".split(" "),
    ..."table thead tbody tr th td img br mark".split(" "),
    ..."js open".split(" "),
    ":focus",
    ":is",
    ":where", // what holds for whatever element
  ],
  deep: [/^(forum|asc|desk)-/],
};

// checkComposed fails on a class of the style sheet whose name a source puts together and nothing here knows.
function checkComposed(css, texts) {
  const classes = [...css.matchAll(/\.([a-z][\w-]*)/g)].map(([, name]) => name);
  for (const text of texts) {
    for (const [, joined, formatted] of text.matchAll(
      /"(?:[^"\n]*\s)?([a-z][\w-]*-)"\s*\+|"(?:[^"\n]*\s)?([a-z][\w-]*-)%[sdv]/g,
    )) {
      const beginning = joined ?? formatted;
      if (
        beginning in composed ||
        /^(forum|asc|desk|it)-/.test(beginning) ||
        !classes.some((c) => c.startsWith(beginning))
      )
        continue;
      throw new Error(
        `a page puts together classes that begin with ${beginning}: list them in build.mjs, or they are left out`,
      );
    }
  }
}

// checkRejected fails on a rule that was left out though it names no class, element or attribute that pages
// could lack.
function checkRejected(selectors) {
  const pseudo = /::?[\w-]+(\((?:[^()]|\([^()]*\))*\))?/g;
  const lost = selectors.filter((s) => !/[\w[]/.test(s.replace(pseudo, "")));
  if (lost.length > 0)
    throw new Error(
      `rules for whatever element are left out: ${lost.join(", ")}: list their beginnings in build.mjs`,
    );
}

// used returns the rules of a style sheet that a page can need.
async function used(css, texts) {
  checkComposed(css, texts);
  const [kept] = await new PurgeCSS().purge({
    content: texts.map((raw) => ({ raw, extension: "txt" })),
    css: [{ raw: css }],
    defaultExtractor: (text) => text.match(/[\w-]+/g) ?? [],
    safelist: always,
    keyframes: true,
    fontFace: true,
    rejected: true,
  });
  checkRejected(kept.rejected);
  // the pages' policy lets in fonts from files alone: one inside the styles would be missing without a word
  if (/url\("?data:(?!image\/)/.test(kept.css))
    throw new Error("the styles hold something other than images as data");
  return kept.css;
}

// sprite returns the symbols of the design system's icons that a page can show.
async function sprite(texts) {
  const names = new Set(texts.join("\n").match(/\bit-[a-z0-9-]+/g));
  const all = await readFile(path.join(italia, "svg", "sprites.svg"), "utf8");
  const symbols = [...all.matchAll(/<symbol id="([^"]+)".*?<\/symbol>/gs)].filter(([, name]) =>
    names.has(name),
  );
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg">${symbols.map(([symbol]) => symbol).join("")}</svg>`,
  );
}

function hashed(name, body) {
  const hash = createHash("sha256").update(body).digest("hex").slice(0, 12);
  const ext = path.extname(name);
  return `${name.slice(0, name.length - ext.length)}-${hash}${ext}`;
}

async function add(name, body) {
  const built = hashed(name, body);
  manifest[name] = built;
  const file = path.join(dist, built);
  await writeFile(file, body);
  if (name.endsWith(".woff2") || name.endsWith(".png")) return;
  const [gz, br] = await Promise.all([
    promisify(gzip)(body, { level: 9 }),
    promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
  ]);
  await Promise.all([writeFile(`${file}.gz`, gz), writeFile(`${file}.br`, br)]);
}

// bundle turns the entry points into files. Fonts that styles name are hashed by esbuild itself.
// app.js is a classic script: it runs before the page is drawn, so that nothing moves when it has run.
async function bundle(entries, format, texts) {
  const result = await esbuild.build({
    entryPoints: entries.map((f) => path.join(src, f)),
    bundle: true,
    minify: true,
    write: false,
    format,
    target: ["es2022", "chrome109", "firefox115", "safari16"],
    outdir: dist,
    nodePaths: [modules],
    loader: { ".woff2": "file" },
    assetNames: "[name]-[hash]",
    legalComments: "none",
    logLevel: "warning",
  });
  for (const out of result.outputFiles) {
    const name = path.basename(out.path);
    if (name.endsWith(".woff2")) {
      manifest[name.replace(/-[A-Z0-9]{8}\.woff2$/, ".woff2")] = name;
      await writeFile(path.join(dist, name), out.contents);
    } else if (name.endsWith(".css")) {
      const { code } = await esbuild.transform(await used(out.text, texts), {
        loader: "css",
        minify: true,
        legalComments: "none",
      });
      await add(name, Buffer.from(code));
    } else {
      await add(name, Buffer.from(out.contents));
    }
  }
}

async function licences() {
  const parts = [
    ["Bootstrap Italia", path.join(modules, "bootstrap-italia", "LICENSE")],
    ["Titillium Web", path.join(italia, "fonts", "Titillium_Web", "OFL.txt")],
    ["Lora", path.join(italia, "fonts", "Lora", "OFL.txt")],
    ["Roboto Mono", path.join(italia, "fonts", "Roboto_Mono", "LICENSE.txt")],
  ];
  const texts = await Promise.all(
    parts.map(
      async ([name, file]) =>
        `${name}\n${"=".repeat(name.length)}\n\n${(await readFile(file, "utf8")).trim()}\n`,
    ),
  );
  await add("licences.txt", Buffer.from(texts.join("\n\n")));
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
const scripts = (await readdir(src)).filter((f) => f.endsWith(".ts"));
const texts = [
  ...(await sources()),
  ...(await Promise.all(scripts.map((f) => readFile(path.join(src, f), "utf8")))),
];
await bundle(["app.css"], "esm", texts);
await bundle(["app.ts"], "iife");
await add("sprites.svg", await sprite(texts));
await add("icon.svg", await readFile(path.join(src, "icon.svg")));
await licences();
await writeFile(path.join(dist, "manifest.json"), JSON.stringify(manifest, Object.keys(manifest).sort(), 1));
console.log(`web/assets/dist: ${(await readdir(dist)).length} files`);
