import { addPart } from "../page_in_node.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { MARKET, strategy } from "./fixtures.js";
import { order } from "../grids/fixtures.js";

addPart("../../strategies/includes/shown.html");
const { showStrategy } = await import("../../../templates/static/strategies/shown/strategy_drawing.js");

/** @type {any[]} */
let drawn = [];
const panel = /** @type {any} */ ({ showLines: (lines) => drawn.push(lines.map(({ price }) => price)), showSignals: (signals) => drawn.push(signals.length) });
const traded = (changes) => /** @type {any} */ ({ fills: [], areAll: true, orders: [order()], resting: [{ price: 92_000, side: "buy" }], market: MARKET, ...changes });
const byId = (id) => document.getElementById(id);
const cells = (id) => [...byId(id).querySelectorAll("td")].map(({ textContent }) => textContent);

test("its signals and its resting orders are drawn, and told in tables with the reason of each", () => {
  drawn = [];
  showStrategy(panel, /** @type {any} */ (strategy()), traded());
  assert.deepEqual(drawn, [[92_000], 1]);
  assert.deepEqual(cells("signal-rows"), ["buy", "94,000.00", "60%", "RSI 28 is below 30"]);
  assert.deepEqual(cells("order-rows"), ["buy", "92,000.00", "0.0025", "new"]);
  assert.match(byId("shown-signal").textContent, /RSI 28 is below 30$/);
  assert.match(byId("shown-backtest").getAttribute("href"), /strategy=rsi_reversion&.*params\.period=10/);
});

test("where it failed is shown to whom it is told, as text", () => {
  showStrategy(panel, /** @type {any} */ (strategy({ state: "error", traceback: "<b>File x, line 1</b>" })), traded());
  assert.deepEqual([byId("traceback").hidden, byId("traceback-text").textContent], [false, "<b>File x, line 1</b>"]);
  showStrategy(panel, /** @type {any} */ (strategy({ signals: [] })), traded({ orders: [] }));
  assert.deepEqual([byId("traceback").hidden, byId("signal-note").textContent, byId("order-note").textContent], [true, "It has advised nothing yet.", "It has ordered nothing yet."]);
});
