/**
 * Bundles what the pages load, so that a page needs a few small requests: `node templates/bundle.js`, as `make` does it.
 *
 * Each program and style sheet that a template names becomes one file, minified, with its sources in a map beside it and
 * a hash of its text in its name, and is compressed once, here. `bundles/manifest.json` tells which file stands for
 * which, and the hash of each source: `platform/config/http/bundles.py` serves no bundle of which a source has changed.
 */
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, posix, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";

const TEMPLATES = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(TEMPLATES);
const OUT = join(TEMPLATES, "bundles");
/** What is made takes the old one's place in the end, whole. */
const MAKING = `${OUT}.new`;
/** Modules name some files by an address relative to their own, from two folders below `/static/`: so bundles lie there, too. */
const PAGES = "bundles/pages";
const CLIENT = "client/";
const FOLDERS = { client: join(ROOT, "clients/javascript/src"), pages: join(TEMPLATES, "static") };
const CHART_LIBRARY = join(ROOT, "node_modules/lightweight-charts");
const LOADED = /<(?:script type="module" src|link rel="stylesheet" href)="\{% static '([^']+)' %\}"/g;

/** @param {string} address below `/static/` @returns {string} the file that is served there */
function fileAt(address) {
  return address.startsWith(CLIENT) ? join(FOLDERS.client, address.slice(CLIENT.length)) : join(FOLDERS.pages, address);
}

/** @param {string} file @returns {string} where it is served, below `/static/` */
function addressOf(file) {
  const inClient = relative(FOLDERS.client, file);
  return inClient.startsWith("..") ? posix.normalize(relative(FOLDERS.pages, file)) : CLIENT + inClient;
}

/** Sources name each other as browsers find them. @type {import("esbuild").Plugin} */
const byAddress = {
  name: "by address",
  setup({ onResolve }) {
    onResolve({ filter: /^\.{1,2}\// }, ({ path, importer }) => ({
      path: fileAt(posix.join(posix.dirname(addressOf(importer)), path)),
    }));
  },
};

/** @returns {string[]} the addresses of what the templates load and is ours */
function loaded() {
  const templates = readdirSync(TEMPLATES, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".html"));
  const texts = templates.map((name) => readFileSync(join(TEMPLATES, name), "utf8"));
  const names = texts.flatMap((text) => [...text.matchAll(LOADED)].map(([, name]) => name));
  return [...new Set(names)].filter((name) => existsSync(join(FOLDERS.pages, name))).sort();
}

/** @param {Buffer} bytes */
function hashOf(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}

/** @param {string} file which is served, as nobody needs it larger */
function compress(file) {
  const bytes = readFileSync(file);
  writeFileSync(`${file}.br`, brotliCompressSync(bytes));
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
}

function copyChartLibrary() {
  const folder = join(MAKING, "vendor/lightweight-charts");
  mkdirSync(folder, { recursive: true });
  for (const name of ["LICENSE", "dist/lightweight-charts.standalone.production.mjs"]) {
    cpSync(join(CHART_LIBRARY, name), join(folder, basename(name)));
    compress(join(folder, basename(name)));
  }
}

async function bundle() {
  const addresses = loaded();
  const outdir = join(MAKING, "pages");
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: addresses.map((address) => ({ in: fileAt(address), out: address.replace(/\.\w+$/, "").replaceAll("/", ".") })),
    entryNames: "[name]-[hash]",
    ...{ bundle: true, format: "esm", target: "es2022", minify: true, metafile: true, outdir, logLevel: "warning" },
    ...{ sourcemap: "linked", legalComments: "none", plugins: [byAddress] },
  });
  const files = Object.entries(metafile.outputs).filter(([, { entryPoint }]) => entryPoint);
  for (const [name] of files) compress(join(ROOT, name));
  return {
    files: Object.fromEntries(
      files.map(([name, { entryPoint }]) => [addressOf(resolve(ROOT, entryPoint ?? "")), `${PAGES}/${basename(name)}`]),
    ),
    sources: Object.fromEntries(Object.keys(metafile.inputs).map((name) => [addressOf(resolve(ROOT, name)), hashOf(readFileSync(join(ROOT, name)))])),
  };
}

rmSync(MAKING, { recursive: true, force: true });
copyChartLibrary();
writeFileSync(join(MAKING, "manifest.json"), JSON.stringify(await bundle(), null, 1));
rmSync(OUT, { recursive: true, force: true });
renameSync(MAKING, OUT);
