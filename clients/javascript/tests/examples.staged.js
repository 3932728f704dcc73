/** The examples in README.md run, and so does the bot in examples/. */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm, writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Staged } from "./staged.js";

const README = await readFile(new URL("../README.md", import.meta.url), "utf8");
const EXAMPLES = [...README.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code);
const BOT = fileURLToPath(new URL("../examples/quoting_bot.js", import.meta.url));
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

  test("its bot quotes on both sides of the price", async () => {
    const env = { ...process.env, TIDEWIRE_TOKEN: await staged.token() };
    const bot = spawn(process.execPath, [BOT, staged.stage.socket, "BTCUSDT", "0.001"], { env, stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(bot, "exit");
    try {
      const lines = createInterface({ input: bot.stdout })[Symbol.asyncIterator]();
      assert.match((await lines.next()).value, /^buy 0\.001 at \d/);
      assert.match((await lines.next()).value, /^sell (0\.001 at \d|was refused: .*0 BTC are free)/);
    } finally {
      bot.kill();
      await ended;
    }
  });
});
