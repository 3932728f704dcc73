/** The examples in README.md run. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Staged } from "./staged.js";

const README = await readFile(new URL("../README.md", import.meta.url), "utf8");
const EXAMPLES = [...README.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code);
const LIMIT_MILLISECONDS = 60_000;

Staged.describe("its examples", (staged) => {
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
