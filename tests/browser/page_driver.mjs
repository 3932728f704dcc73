/**
 * Drives the system's Chromium for the tests in Python: one JSON command a line on stdin, one JSON answer a line on
 * stdout, `{"number": …, "value": …}` or `{"number": …, "error": "…"}`, with the command's number. Arguments: Chromium's path, a folder for its profile, how many seconds
 * something is waited for, and what Playwright is to emulate besides (JSON). A visit is what lies between `begin` and
 * `end`: its tabs, and all that pages have kept in the browser, of which the next visit finds nothing but files in
 * Chromium's cache. A command acts in the tab that it names, the first one of the visit being 0.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";
import { CATEGORIES, processorTimes } from "./main_thread.mjs";

const [executablePath, profile, limit, emulation] = process.argv.slice(2);
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-quic",
  "--no-first-run",
  "--disable-component-update",
  "--disable-sync",
];
const FIRST_POLL_MILLISECONDS = 5;
const POLL_MILLISECONDS = 50;
const LIMIT_SECONDS = Number(limit);
/** What a command may take, which may wait for several things. */
const MOST_SECONDS = 2 * LIMIT_SECONDS;
const DRAG_STEPS = 8;
const REST_MILLISECONDS = 250;

const options = { executablePath, headless: true, args: FLAGS, ...JSON.parse(emulation) };
/** The visit that goes on. */
let visit;
let context;
let launches = 0;
/** A blank page that no visit sees: Chromium may end with its last one. */
let anchor;
let page;

/** What a visit has, and what is known of it. */
function newVisit() {
  return {
    /** What a user with the console open would see go wrong, refusals of the Content-Security-Policy among it. */
    problems: [],
    /** The same refusals as events, which name the directive and what was refused. */
    violations: [],
    /** How many connections the client has left before they were made. */
    leftUnmade: 0,
    tabs: [],
    /** Of every page that was shown: where something may have been kept. */
    origins: new Set(),
    /** The registration of the service worker that there is, as Chromium names it (CDP's ServiceWorker). */
    registration: undefined,
    /** Chromium counts only as long as a session asks. */
    sessions: new Map(),
    /** How many updates of channels the sockets have received that are counted, those in a batch one by one. */
    received: 0,
    /** The events of the trace that runs, or ran last. */
    trace: [],
  };
}

async function launch() {
  launches += 1;
  context = await chromium.launchPersistentContext(join(profile, String(launches)), options);
  context.on("close", () => {
    context = undefined;
  });
  await context.exposeBinding("tellViolation", (_source, violation) => void visit.violations.push(violation));
  await context.addInitScript(tellViolations);
  await context.exposeBinding("tellLeftUnmade", () => void (visit.leftUnmade += 1));
  await context.addInitScript(tellLeftUnmade);
  await context.addInitScript(keepRequests);
  anchor = context.pages()[0];
}

/** Runs in the page, before any script of its own, and under any policy. */
function tellViolations() {
  addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sourceFile, lineNumber, sample }) => {
    globalThis.tellViolation({ directive: effectiveDirective, blocked: blockedURI, sourceFile, lineNumber, sample });
  });
}

/** Runs in the page likewise: tells of a connection that the client leaves before it is made, as a page does that learns that its login has ended. */
function tellLeftUnmade() {
  const { close } = WebSocket.prototype;
  WebSocket.prototype.close = function (...how) {
    if (this.readyState === WebSocket.CONNECTING && how[1] === "Client disconnect") globalThis.tellLeftUnmade();
    close.apply(this, how);
  };
}

/** What Chromium says of each of those; of a page that goes with its sockets it says nothing. */
const CLOSED_UNMADE = "WebSocket is closed before the connection is established.";

/** What went wrong: all but one such sentence for each connection that the client left. */
function problemsOfVisit() {
  let passedOver = visit.leftUnmade;
  return visit.problems.filter((text) => !(text.endsWith(CLOSED_UNMADE) && passedOver-- > 0));
}

/** Where a page stands that a test waits for in vain: what it says to its reader, and what it complained of. */
async function whereabouts() {
  const said = await page.evaluate(saidToReader).catch(({ message }) => message);
  return ` · at ${page.url()}; it says ${JSON.stringify(said)}; problems ${JSON.stringify(problemsOfVisit())}`;
}

function saidToReader() {
  const nodes = [...document.querySelectorAll("[role=alert], [role=status], [aria-invalid=true]")];
  return nodes.filter((node) => node.textContent || node.ariaInvalid).map((node) => `${node.id}: ${node.textContent}`);
}

/** Of 250 requests, which a browser keeps, the page's own files take more: tests would count none after them. */
function keepRequests() {
  performance.setResourceTimingBufferSize(10_000);
}

/** What Chromium says of a page that is left while it gets the icons for installing it; what they are, test_manifest.py looks at. */
const ICON_GIVEN_UP = "Error while trying to use the following icon from the Manifest";

async function openTab() {
  const { problems, tabs, origins } = visit;
  const tab = await context.newPage();
  tab.on("console", (message) => {
    const isProblem = ["error", "warning"].includes(message.type()) && !message.text().startsWith(ICON_GIVEN_UP);
    if (isProblem) problems.push(message.text());
  });
  tab.on("pageerror", (error) => problems.push(`Uncaught ${error}`));
  tab.on("framenavigated", (frame) => origins.add(new URL(frame.url()).origin));
  return tabs.push(tab) - 1;
}

function count({ payload }) {
  const { type, data, channel } = JSON.parse(payload);
  visit.received += type === "batch" ? data.length : Number(Boolean(channel));
}

/** Take away what pages could keep, HTTP's cache excepted: what the server lets it keep is the same for everybody. */
async function forget(origins) {
  await Promise.all([context.clearCookies(), context.clearPermissions(), context.setOffline(false)]);
  const session = await context.newCDPSession(anchor);
  for (const origin of origins) await session.send("Storage.clearDataForOrigin", { origin, storageTypes: "all" });
  await session.detach();
}

const commands = {
  /** Begin a visit with one tab, in a Chromium that is started where none runs. */
  async begin() {
    visit = newVisit();
    if (!context) await launch();
    await openTab();
  },
  /** End the visit: its tabs are closed, and what they have kept is gone. */
  async end() {
    if (!context) return; // a Chromium that has ended keeps nothing
    const opened = context.pages().filter((each) => each !== anchor);
    await Promise.all(opened.map((tab) => tab.unrouteAll({ behavior: "ignoreErrors" })));
    await Promise.all(opened.map((tab) => tab.close()));
    await forget([...visit.origins].filter((origin) => origin.startsWith("http")));
  },
  /** End Chromium, as when it crashes. */
  async endBrowser() {
    const ended = new Promise((resolve) => context.once("close", resolve));
    const session = await context.newCDPSession(anchor);
    await Promise.all([ended, session.send("Browser.close")]);
  },
  /** Open an address, its page given a stricter policy than the server's where `policy` says so. */
  async open({ url, width, height, scheme, policy }) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: scheme });
    if (policy) await addPolicy(url, policy);
    await page.goto(url);
  },
  /** Let the pages that this tab opens keep, as `frameNoted`, when the frame began that first made an expression true. */
  async noteFrame({ expression }) {
    await page.addInitScript(`(() => {
      const observer = new MutationObserver(() => {
        if (!(${expression})) return;
        observer.disconnect();
        globalThis.frameNoted = document.timeline.currentTime;
      });
      observer.observe(document, { subtree: true, childList: true, characterData: true });
    })()`);
  },
  /** Open a tab in the same profile, which shares cookies and storage; its number is the answer. */
  newTab: openTab,
  closeTab: () => page.close(),
  /** The window's size, without loading its page anew. */
  resize: (size) => page.setViewportSize(size),
  /** The media that the page's style sheets see, without loading it anew. */
  emulate: (media) => page.emulateMedia(media),
  /** Polled from here: Playwright's own waiting evaluates in the page, which a strict policy refuses. */
  async wait({ expression, seconds }) {
    await polled(() => valueOnThisPage(expression), async () => `Not true within ${seconds} s: ${expression}${await whereabouts()}`, seconds);
  },
  /** From now on answer requests to addresses of that pattern in the server's stead. */
  answer: ({ pattern, ...response }) => page.route(pattern, (route) => route.fulfill(response)),
  /** Leave requests to addresses of that pattern to the server again. */
  release: ({ pattern }) => page.unroute(pattern),
  /** Let pages of any origin do what they would have to ask their reader for, such as `notifications`. */
  grant: ({ permissions }) => context.grantPermissions(permissions),
  /** From now on know the page's service worker, to which `push` delivers. */
  async watchWorker() {
    const session = await sessionOfPage();
    session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      visit.registration = registrations.find(({ isDeleted }) => !isDeleted) ?? visit.registration;
    });
    await session.send("ServiceWorker.enable");
  },
  /** Deliver a push, as a push service's message does once the browser has decrypted it. */
  async push({ data }) {
    const { registrationId } = await polled(() => visit.registration, "No service worker is registered");
    await (await sessionOfPage()).send("ServiceWorker.deliverPushMessage", { origin: new URL(page.url()).origin, registrationId, data });
  },
  /** Evaluate in the page's service worker, which an idle browser ends and a push starts again. */
  async evaluateInWorker({ expression }) {
    const worker = await polled(() => context.serviceWorkers()[0], "No service worker runs");
    return worker.evaluate(expression);
  },
  /** Give pages that are opened from now on a clock that runs on, and ahead as `forward` says; it stays in this Chromium. */
  installClock: () => context.clock.install(),
  /** Let that clock jump: what was to happen meanwhile happens now, once. */
  forward: ({ seconds }) => context.clock.fastForward(seconds * 1000),
  /** Let that clock stand still, a second on: it can't be stopped at a moment that has passed by then. */
  stopClock: async () => context.clock.pauseAt((await page.evaluate(() => Date.now())) + 1000),
  /** Let it run on. */
  resumeClock: () => context.clock.resume(),
  /** Take the network away from all tabs, or give it back. */
  offline: ({ offline }) => context.setOffline(offline),
  evaluate: ({ expression }) => page.evaluate(expression),
  click: ({ selector }) => page.click(selector),
  hover: ({ selector }) => page.hover(selector),
  tap: ({ selector }) => page.tap(selector),
  fill: ({ selector, text }) => page.fill(selector, text),
  select: ({ selector, value }) => page.selectOption(selector, value),
  focus: ({ selector }) => page.focus(selector),
  press: ({ key }) => page.keyboard.press(key),
  /** Type where the focus is. */
  type: ({ text }) => page.keyboard.type(text),
  /** Press Tab until an expression is true of where the focus is; how often is the answer. */
  async tabUntil({ expression, most }) {
    for (let presses = 0; presses <= most; presses += 1) {
      if (await page.evaluate(expression)) return presses;
      await page.keyboard.press("Tab");
    }
    throw new Error(`Not true after ${most} times Tab: ${expression}`);
  },
  /** Drag from the element's middle, `right` and `down` in pixels, as a reader does who moves a chart. */
  async drag({ selector, right, down }) {
    const { x, y, width, height } = await page.locator(selector).first().boundingBox();
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width / 2 + right, y + height / 2 + down, { steps: DRAG_STEPS });
    await page.mouse.up();
  },
  /** The same with a finger, which rests before it lets go: a flick would cost the next tap, which ends Chromium's fling. */
  async dragByTouch({ selector, right, down }) {
    const { x, y, width, height } = await page.locator(selector).first().boundingBox();
    const session = await sessionOfPage();
    const touch = (type, ...touchPoints) => session.send("Input.dispatchTouchEvent", { type, touchPoints });
    const at = (part) => ({ x: x + width / 2 + right * part, y: y + height / 2 + down * part });
    await touch("touchStart", at(0));
    for (let step = 1; step <= DRAG_STEPS; step += 1) await touch("touchMove", at(step / DRAG_STEPS));
    await new Promise((resolve) => setTimeout(resolve, REST_MILLISECONDS));
    await touch("touchMove", at(1));
    await touch("touchEnd");
  },
  /** Click what downloads a file, and keep the file at `path`; its name is the answer. */
  async download({ selector, path }) {
    const [download] = await Promise.all([page.waitForEvent("download"), page.click(selector)]);
    await download.saveAs(path);
    return download.suggestedFilename();
  },
  reload: () => page.reload(),
  screenshot: ({ path, full }) => page.screenshot({ path, fullPage: full }).then(() => path),
  problems: problemsOfVisit,
  violations: () => visit.violations,
  accessibility: findings,
  /** Count what comes over sockets that are opened from now on. */
  countUpdates: () => void page.on("websocket", (socket) => socket.on("framereceived", count)),
  updates: () => visit.received,
  /** Chromium's own counters of this tab, from when they are first asked for: times in seconds, sizes in bytes. */
  async metrics() {
    const session = await sessionOfPage();
    await session.send("Performance.enable");
    const { metrics } = await session.send("Performance.getMetrics");
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  },
  /** Processor time of Chromium's processes in seconds, by their kind. */
  async processorTimes() {
    const times = {};
    for (const { type, cpuTime } of await processes()) times[type] = (times[type] ?? 0) + cpuTime;
    return times;
  },
  /** Begin to trace what Chromium does. */
  async startTrace() {
    const session = await sessionOfPage();
    visit.trace = [];
    session.on("Tracing.dataCollected", keepTrace);
    await session.send("Tracing.start", { traceConfig: { includedCategories: CATEGORIES } });
  },
  /** End the trace: processor time in ms by what it was for. */
  async endTrace() {
    const session = await sessionOfPage();
    const ended = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
    await session.send("Tracing.end");
    await ended;
    session.off("Tracing.dataCollected", keepTrace);
    return processorTimes(visit.trace);
  },
};

async function processes() {
  const session = await context.browser().newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return processInfo;
}

async function sessionOfPage() {
  const { sessions } = visit;
  if (!sessions.has(page)) sessions.set(page, await context.newCDPSession(page));
  return sessions.get(page);
}

function keepTrace({ value }) {
  for (const event of value) visit.trace.push(event);
}

/** What `ask` answers as soon as there is something. */
async function polled(ask, problem, seconds = LIMIT_SECONDS) {
  const limit = performance.now() + seconds * 1000;
  for (let pause = FIRST_POLL_MILLISECONDS; ; pause = Math.min(2 * pause, POLL_MILLISECONDS)) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > limit) throw new Error(typeof problem === "string" ? problem : await problem());
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** The expression's value; undefined where the page is just giving way to the next one, or that isn't read to its end. */
function valueOnThisPage(expression) {
  return page.evaluate(`document.readyState !== "loading" && (${expression})`).catch((error) => {
    if (!error.message.includes("Execution context was destroyed")) throw error;
  });
}

/**
 * What axe-core finds, be it minor. It runs beside the page's programs, on the same elements, where the page's policy
 * doesn't bind it: a strict one would refuse a script element with axe in it, as `addScriptTag` adds one, and the styles
 * of what axe copies now and then.
 */
async function findings() {
  const session = await sessionOfPage();
  const { frameTree } = await session.send("Page.getFrameTree");
  const ownWorld = { frameId: frameTree.frame.id, worldName: "axe" };
  const { executionContextId: contextId } = await session.send("Page.createIsolatedWorld", ownWorld);
  const evaluate = (expression) => evaluated(session, { contextId, expression, awaitPromise: true, returnByValue: true });
  if (!(await evaluate("'axe' in globalThis"))) {
    const source = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
    await evaluate(`${source}; true`);
  }
  const found = await evaluate("axe.run(document, { resultTypes: ['violations'] }).then((result) => result.violations)");
  return found.flatMap(({ id, impact, nodes }) => nodes.map((node) => findingOf(id, impact, node)));
}

async function evaluated(session, question) {
  const { result, exceptionDetails } = await session.send("Runtime.evaluate", question);
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value;
}

function findingOf(rule, impact, { target, failureSummary, html }) {
  return { rule, impact, target: target.join(" "), summary: failureSummary, html };
}

async function addPolicy(url, policy) {
  // Chromium can't tell where a page came from that was answered here, and asks before it may reach this machine.
  await context.grantPermissions(["local-network-access"]);
  await page.route(new URL("/", url).href, async (route) => {
    const response = await route.fetch({ maxRetries: 3 }); // a connection that the server has just closed is no failure
    await route.fulfill({ response, headers: { ...response.headers(), "content-security-policy": policy } });
  });
}

async function carryOut({ command, tab, number, ...parameters }) {
  page = visit?.tabs[tab];
  try {
    return { number, value: (await inTime(command, commands[command](parameters))) ?? null };
  } catch (error) {
    return { number, error: error.message };
  }
}

/** What comes of a command, or the error that it takes too long: Playwright waits for a page's promise without end. */
async function inTime(command, outcome) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${command} took over ${MOST_SECONDS} s`)), MOST_SECONDS * 1000);
  });
  try {
    return await Promise.race([outcome, late]);
  } finally {
    clearTimeout(timer);
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await carryOut(JSON.parse(line)))}\n`);
}
await context?.close();
