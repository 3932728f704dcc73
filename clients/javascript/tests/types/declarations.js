/** The declarations: made of the sources by tsc, committed, and as narrow as programs are promised. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const PACKAGE = fileURLToPath(new URL("../../", import.meta.url));
const TSC = fileURLToPath(import.meta.resolve("typescript/bin/tsc"));

/** @param {string[]} options resolves with what tsc complains of */
async function complaintsOf(...options) {
  try {
    await promisify(execFile)(process.execPath, [TSC, "--pretty", "false", ...options]);
    return "";
  } catch (error) {
    return error.stdout || error.message;
  }
}

/** @param {string} folder resolves with the text of each file below it */
async function contentsOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  return Object.fromEntries(files.map((file, index) => [file.slice(folder.length + 1), texts[index]]).sort());
}

test("it is well typed, and its declarations are up to date", async () => {
  const made = await mkdtemp(join(tmpdir(), "declarations-"));
  try {
    assert.equal(await complaintsOf("-p", PACKAGE, "--outDir", made), "");
    assert.deepEqual(await contentsOf(join(PACKAGE, "types")), await contentsOf(made), "npm run types writes them");
  } finally {
    await rm(made, { recursive: true });
  }
});

test("it is declared so that right uses are accepted, and wrong ones refused", async () => {
  assert.equal(await complaintsOf("-p", join(PACKAGE, "tests", "types")), "");
});
