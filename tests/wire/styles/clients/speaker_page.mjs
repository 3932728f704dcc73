// Opens speaker.html from its file in the system's Chromium, and prints what it tells, a line each, until it has closed.
// Arguments: Chromium's path, the file's address, and the JSON that speaker.mjs takes.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [, , executablePath, file, speech] = process.argv;
const profile = mkdtempSync(join(tmpdir(), "tidewire-page-"));
const context = await chromium.launchPersistentContext(profile, {
  executablePath,
  headless: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});
try {
  const page = await context.newPage();
  await page.goto(`${file}#${encodeURIComponent(speech)}`);
  for (let hasClosed = false; !hasClosed; ) {
    await page.waitForTimeout(200);
    for (const one of await page.evaluate(() => window.take())) {
      process.stdout.write(`${JSON.stringify(one)}\n`);
      hasClosed ||= "closed" in one;
    }
  }
} finally {
  await context.close();
  rmSync(profile, { recursive: true, force: true });
}
