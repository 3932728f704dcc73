/**
 * Drives one page of the system's Chromium for the tests in Python: one JSON command a line on stdin, one JSON answer
 * a line on stdout, `{"value": …}` or `{"error": "…"}`. Arguments: Chromium's path and a folder for its profile.
 */
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const [executablePath, profile] = process.argv.slice(2);
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-quic",
  "--no-first-run",
  "--disable-component-update",
  "--disable-sync",
];
const POLL_MILLISECONDS = 50;

const context = await chromium.launchPersistentContext(profile, { executablePath, headless: true, args: FLAGS });
const [page] = context.pages();
/** What a user with the console open would see go wrong, refusals of the Content-Security-Policy among it. */
const problems = [];
page.on("console", (message) => {
  if (["error", "warning"].includes(message.type())) problems.push(message.text());
});
page.on("pageerror", (error) => problems.push(`Uncaught ${error}`));

const commands = {
  /** Open an address, its page given a stricter policy than the server's where `policy` says so. */
  async open({ url, width, height, scheme, policy }) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: scheme });
    if (policy) await addPolicy(url, policy);
    await page.goto(url);
  },
  /** Polled from here: Playwright's own waiting evaluates in the page, which a strict policy refuses. */
  async wait({ expression, seconds }) {
    const limit = performance.now() + seconds * 1000;
    while (!(await valueOnThisPage(expression))) {
      if (performance.now() > limit) throw new Error(`Not true within ${seconds} s: ${expression}`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
    }
  },
  /** From now on answer requests to addresses of that pattern in the server's stead. */
  answer: ({ pattern, ...response }) => page.route(pattern, (route) => route.fulfill(response)),
  /** Leave requests to addresses of that pattern to the server again. */
  release: ({ pattern }) => page.unroute(pattern),
  evaluate: ({ expression }) => page.evaluate(expression),
  click: ({ selector }) => page.click(selector),
  fill: ({ selector, text }) => page.fill(selector, text),
  press: ({ key }) => page.keyboard.press(key),
  /** Drag from the element's middle, `right` and `down` in pixels, as a reader does who moves a chart. */
  async drag({ selector, right, down }) {
    const { x, y, width, height } = await page.locator(selector).first().boundingBox();
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width / 2 + right, y + height / 2 + down, { steps: 8 });
    await page.mouse.up();
  },
  reload: () => page.reload(),
  screenshot: ({ path, full }) => page.screenshot({ path, fullPage: full }).then(() => path),
  problems: () => problems,
};

/** The expression's value; undefined where the page is just giving way to the next one. */
function valueOnThisPage(expression) {
  return page.evaluate(expression).catch((error) => {
    if (!error.message.includes("Execution context was destroyed")) throw error;
  });
}

async function addPolicy(url, policy) {
  // Chromium can't tell where a page came from that was answered here, and asks before it may reach this machine.
  await context.grantPermissions(["local-network-access"]);
  await page.route(new URL("/", url).href, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), "content-security-policy": policy } });
  });
}

async function carryOut({ command, ...parameters }) {
  try {
    return { value: (await commands[command](parameters)) ?? null };
  } catch (error) {
    return { error: error.message };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await carryOut(JSON.parse(line)))}\n`);
}
await context.close();
