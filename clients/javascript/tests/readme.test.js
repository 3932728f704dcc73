/** README.md names all that there is. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { WebSocket } from "ws";
import * as tidewire from "../src/index.js";
import { withDefaults } from "../src/options.js";

const README = await readFile(new URL("../README.md", import.meta.url), "utf8");
const PROTOCOL = await readFile(new URL("../protocol.d.ts", import.meta.url), "utf8");
const PACKAGE = JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8"));

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
