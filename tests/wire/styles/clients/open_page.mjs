// Opens a page in the system's Chromium and prints what its body tells once it tells what is expected.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [, , executablePath, url, expected] = process.argv;
const profile = mkdtempSync(join(tmpdir(), "tidewire-page-"));
const context = await chromium.launchPersistentContext(profile, {
  executablePath,
  headless: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});
try {
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForFunction((types) => document.body.dataset.types === types, expected, { timeout: 20_000 });
  console.log(await page.evaluate(() => location.protocol + " " + document.body.dataset.types));
} finally {
  await context.close();
  rmSync(profile, { recursive: true, force: true });
}
