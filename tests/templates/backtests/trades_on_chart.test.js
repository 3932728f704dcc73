import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { addPart } from "../page_in_node.js";
import { settled } from "../settled.js";
import { START, backtest, trade } from "./fixtures.js";

addPart("../../backtests/includes/result.html");
const { TradesOnChart } = await import("../../../templates/static/backtests/result/trades_on_chart.js");

const MINUTE = 60_000;
/** So long that it isn't drawn whole: an early trade has no candles yet. */
const RUN = backtest({ end: new Date(START + 10_000 * MINUTE).toISOString() });
/** What was asked for and isn't answered yet, oldest first. @type {{end: number, answer: () => void}[]} */
let asked = [];
globalThis.fetch = /** @type {any} */ (
  (/** @type {string} */ address) =>
    new Promise((resolve) => {
      const end = Number(new URL(address, "https://tidewire.test").searchParams.get("end"));
      const candles = Array.from({ length: 1_000 }, (_, index) => [Math.floor(end / MINUTE - 999 + index) * MINUTE, 1, 1, 1, 1, 1]);
      asked.push({ end, answer: () => resolve(new Response(JSON.stringify({ candles }))) });
    })
);
const { getComputedStyle } = /** @type {any} */ (document.defaultView);
Object.assign(globalThis, { getComputedStyle, matchMedia: () => ({ addEventListener: () => undefined }) });
/** The library draws on a canvas, of which there is none in Node: whatever is asked of it is nothing, of which anything can be asked. */
const nothing = new Proxy(class {}, {
  get: (target, name) => (name === Symbol.toPrimitive ? () => 0 : name === "prototype" ? target.prototype : nothing),
  apply: () => nothing,
  construct: () => nothing,
});
const chart = new TradesOnChart(/** @type {any} */ (nothing));
const panel = /** @type {HTMLElement} */ (document.getElementById("trades-chart"));
panel.scrollIntoView = () => undefined;

const shown = () => [panel.dataset.trade, document.getElementById("trades-chart-said").textContent];
async function answered() {
  asked.shift()?.answer();
  await settled();
}

beforeEach(async () => {
  [asked, panel.dataset.trade] = [[], "none"];
  chart.show(RUN, [], 0.01);
  await answered();
});

test("a trade that is chosen is shown once its candles are there", async () => {
  chart.choose(trade(1), [trade(1)]);
  assert.equal(asked.length, 1);
  await answered();
  assert.deepEqual(shown(), ["1", "Trade 1: 2026-11-21 00:30, +0.11%"]);
});

test("one that was chosen of another run isn't shown, nor is it where none is shown any more", async () => {
  chart.choose(trade(1), [trade(1)]);
  chart.show(backtest({ id: "bt_other", end: new Date(START + 60 * MINUTE).toISOString() }), [], 0.01);
  const [chosen, run] = asked;
  chosen.answer();
  await settled();
  assert.deepEqual(shown(), ["none", "Reading the candles…"]);
  run.answer();
  await settled();
  chart.show(RUN, [], 0.01);
  chart.choose(trade(1), [trade(1)]);
  chart.forget();
  for (const { answer } of asked) answer();
  await settled();
  assert.deepEqual(shown(), ["none", ""]);
});

test("of two that are chosen one after the other the last is shown", async () => {
  chart.choose(trade(1), [trade(1)]);
  chart.choose(trade(2), [trade(2)]);
  const [first, second] = asked;
  second.answer();
  await settled();
  first.answer();
  await settled();
  assert.deepEqual(shown(), ["2", "Trade 2: 2026-11-21 01:00, +0.11%"]);
});
