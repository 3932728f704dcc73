/** How much a page loads: all modules but the hooks, `trading` and `wallets`, which are loaded by whoever wants them, one after the other, compressed as by `gzip -9`. */
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { transform } from "esbuild";
import typescript from "typescript";

const SOURCES = new URL("../src/", import.meta.url);
/** As a bundler packs it, and as it stands without comments. */
const LIMITS = { minified: 12_000, withoutComments: 15_250 };

async function sources() {
  const names = (await readdir(SOURCES, { recursive: true })).filter((name) => name.endsWith(".js") && !/^(hooks|trading\.js|wallets)/.test(name));
  return Promise.all(names.sort().map((name) => readFile(new URL(name, SOURCES), "utf8")));
}

const gzipped = (text) => gzipSync(text, { level: 9 }).length;

/** @param {string} text */
async function minified(text) {
  return (await transform(text, { format: "esm", charset: "utf8", minify: true })).code;
}

/** @param {string} text */
function withoutComments(text) {
  return typescript.transpile(text, { target: typescript.ScriptTarget.ES2022, removeComments: true });
}

test("it is at most 12 kB as a program's bundler packs it, and 15.25 kB as it stands without comments", async (t) => {
  const texts = await sources();
  const bytes = {
    minified: gzipped((await Promise.all(texts.map(minified))).join("")),
    withoutComments: gzipped(texts.map(withoutComments).join("")),
    asServed: gzipped(texts.join("")),
    asServedEachFileAlone: texts.reduce((sum, text) => sum + gzipped(text), 0),
  };
  t.diagnostic(`bytes, gzipped: ${JSON.stringify(bytes)}`);
  assert.ok(bytes.minified <= LIMITS.minified && bytes.withoutComments <= LIMITS.withoutComments, JSON.stringify(bytes));
});
