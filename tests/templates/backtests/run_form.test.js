import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, test } from "node:test";
import "../page_in_node.js";
import { RSI } from "./fixtures.js";
import { settled } from "../settled.js";

const { showIn } = await import("../../../templates/static/shared/time_zone/shown_zone.js");
const { RunForm } = await import("../../../templates/static/backtests/form/run_form.js");

const FORM = readFileSync(new URL("../../../templates/backtests/includes/new.html", import.meta.url), "utf8");
const BTC = { symbol: "BTCUSDT", base: "BTC", quote: "USDT", status: "TRADING", tickSize: 0.01, stepSize: 0.001 };
const HOUR = 3_600_000;

document.body.insertAdjacentHTML("beforeend", FORM);
const byId = (id) => document.getElementById(id);
/** What was given to the server, oldest first. */
const given = [];
const requests = {
  run: async (run) => {
    given.push(run);
    return { backtest_id: "bt_a" };
  },
  data: async () => ({ symbol: "BTCUSDT", interval: "1m", start: "2026-07-01T00:00:00Z", end: "2026-07-31T23:59:00Z", candles: 44_640, gaps: [] }),
};
const form = new RunForm(/** @type {any} */ (requests), () => undefined);
form.offerStrategies([RSI]);
form.offerSymbols([/** @type {any} */ (BTC)]);

const shown = () => [byId("run-start").value, byId("run-end").value, byId("run-utc").textContent];

/** As where somebody signs in who has chosen that zone. @param {string} zone */
function show(zone) {
  showIn(zone);
  document.dispatchEvent(new document.defaultView.CustomEvent("zonechange"));
}

/** @returns {Promise<string[]>} of what time the run is */
async function run() {
  byId("run-form").dispatchEvent(new document.defaultView.Event("submit", { cancelable: true }));
  await settled();
  return [given.at(-1).start, given.at(-1).end];
}

afterEach(() => show("UTC"));

test("a range keeps its moments where another zone is shown, and its hints tell of that zone", async () => {
  form.fill({ start: "2026-07-20T22:00", end: "2026-07-21T06:30" });
  const before = await run();
  assert.deepEqual(before, ["2026-07-20T22:00:00.000Z", "2026-07-21T06:30:00.000Z"]);
  show("Asia/Tokyo");
  await settled();
  assert.deepEqual(shown(), ["2026-07-21T07:00", "2026-07-21T15:30", "In UTC: 2026-07-20 22:00 to 2026-07-21 06:30."]);
  assert.match(byId("stored").textContent, /^Stored: 2026-07-01 09:00 to 2026-08-01 09:00,/);
  assert.deepEqual(await run(), before);
  show("America/New_York");
  assert.deepEqual(shown(), ["2026-07-20T18:00", "2026-07-21T02:30", "In UTC: 2026-07-20 22:00 to 2026-07-21 06:30."]);
  assert.deepEqual(await run(), before);
});

test("the range with which the form begins keeps its moments, too", async () => {
  byId("quick-ranges").querySelector("[data-days='1']").click();
  const before = await run();
  assert.equal(Date.parse(before[1]) - Date.parse(before[0]), 24 * HOUR);
  show("Asia/Kolkata");
  assert.deepEqual(await run(), before);
});

test("what isn't typed stays so", () => {
  form.fill({ start: "", end: "2026-07-21T06:30" });
  show("Asia/Tokyo");
  assert.deepEqual(shown(), ["", "2026-07-21T15:30", ""]);
});

test("what is stored of one market isn't told of a name that no market has, nor once its answer comes late", async () => {
  const type = (/** @type {string} */ symbol) => {
    byId("run-symbol").value = symbol;
    byId("run-symbol").dispatchEvent(new document.defaultView.Event("change", { bubbles: true }));
  };
  form.fill({ symbol: "BTCUSDT", start: "2026-07-20T22:00", end: "2026-07-21T06:30" });
  await settled();
  assert.match(byId("stored").textContent, /^Stored:/);
  type("BTCUSDTX");
  assert.equal(byId("stored").textContent, "");
  type("BTCUSDT");
  type("BTCUSDTX");
  await settled();
  assert.equal(byId("stored").textContent, "");
  byId("quick-ranges").querySelector("[data-days='stored']").click();
  assert.equal(byId("run-start").value, "2026-07-20T22:00");
  type("BTCUSDT");
  await settled();
  assert.match(byId("stored").textContent, /^Stored:/);
});

test("what is stored is told of the range that is typed by then", async (context) => {
  const { data } = requests;
  context.after(() => (requests.data = data));
  let answer;
  requests.data = () => new Promise((resolve) => (answer = async () => resolve(await data())));
  form.renewStored();
  form.fill({ symbol: "BTCUSDT", start: "2026-07-20T22:00", end: "2026-07-21T06:30" });
  form.fill({ end: "2026-08-21T06:30" });
  await answer();
  await settled();
  assert.match(byId("stored").textContent, /What your range lacks is fetched first/);
});

test("both fields are described by what they are in UTC", () => {
  for (const name of ["start", "end"]) assert.equal(byId(`run-${name}`).getAttribute("aria-describedby"), `run-${name}-problem run-utc`);
});
