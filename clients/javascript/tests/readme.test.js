/** README.md: its examples run, and it names all that there is. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { WebSocket } from "ws";
import * as tidewire from "../src/index.js";
import { withDefaults } from "../src/options.js";
import { Staged } from "./staged.js";

const README = await readFile(new URL("../README.md", import.meta.url), "utf8");
const PROTOCOL = await readFile(new URL("../protocol.d.ts", import.meta.url), "utf8");
const PACKAGE = JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8"));
const EXAMPLES = [...README.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code);
const LIMIT_MILLISECONDS = 60_000;

/** What stands in the first column of the tables below a heading. */
function named(heading) {
  const [section] = README.split(`\n## ${heading}\n`)[1].split("\n## ");
  const cells = [...section.matchAll(/^\| (`.*?) \|/gm)].map(([, cell]) => cell);
  return cells.flatMap((cell) => [...cell.matchAll(/`(\w+)/g)].map(([, name]) => name)).sort();
}

test("it names every option", () => {
  assert.deepEqual(named("Options"), Object.keys(withDefaults({ WebSocket })).sort());
});

test("it names every event", () => {
  const [, events] = /interface ConnectionEvents \{(.*?)\n\}/s.exec(PROTOCOL);
  assert.deepEqual(named("Events"), [...events.matchAll(/^ {2}(\w+): /gm)].map(([, name]) => name).sort());
});

test("it names every error", () => {
  const errors = Object.keys(tidewire).filter((name) => name.endsWith("Error") && name !== "TidewireError");
  assert.deepEqual(named("Errors"), errors.sort());
});

test("it names every call", () => {
  const members = Object.getOwnPropertyNames(tidewire.TidewireClient.prototype);
  assert.deepEqual(["constructor", ...named("Calls")].sort(), members.sort());
});

test("it names every entry of the package", () => {
  const entries = Object.keys(PACKAGE.exports).map((entry) => entry.replace(".", PACKAGE.name));
  assert.deepEqual(entries.filter((entry) => !README.includes(`${entry}\``) && !README.includes(`"${entry}"`)), []);
});

Staged.describe("its examples", [], (staged) => {
  for (const [index, code] of EXAMPLES.entries()) {
    test(`it runs example ${index + 1}`, async () => {
      const file = fileURLToPath(new URL(`.readme_example_${process.pid}_${index}.mjs`, import.meta.url));
      await writeFile(file, code.replaceAll("127.0.0.1:8000", new URL(staged.stage.http).host));
      try {
        const { stdout, stderr } = await promisify(execFile)(process.execPath, [file], { timeout: LIMIT_MILLISECONDS });
        assert.equal(stderr, "");
        assert.notEqual(stdout, "");
      } finally {
        await rm(file);
      }
    });
  }
});
