import assert from "node:assert/strict";
import { mock, test } from "node:test";
import "../../page_in_node.js";

const { BEHIND_MS, TradeList } = await import("../../../../templates/static/dashboard/book/trade_list.js");
const { MOST_TRADES } = await import("../../../../templates/static/dashboard/market_data/market_state.js");

const BTC = { symbol: "BTCUSDT", base: "BTC", quote: "USDT", status: "TRADING", tickSize: 0.01, stepSize: 0.001 };
const START = Date.parse("2026-11-26T12:00:00Z");
const IN_SIGHT = 15;
const [HEAD, ROW] = [25, 20];

const body = document.getElementById("trade-rows");
const scroller = body.parentElement.parentElement;
const sizes = [[body, "offsetTop", HEAD], [scroller, "clientHeight", HEAD + (IN_SIGHT - 1) * ROW]];
for (const [part, name, px] of sizes) Object.defineProperty(part, name, { get: () => px });
Object.defineProperty(document.defaultView.HTMLTableRowElement.prototype, "offsetHeight", { get: () => ROW });
let measure = () => undefined;
globalThis.ResizeObserver = class {
  constructor(measured) {
    measure = measured;
  }

  observe() {}
};
mock.timers.enable({ apis: ["setTimeout"] });

const list = new TradeList();
const trade = (number) => ({ symbol: "BTCUSDT", price: 100, quantity: number, side: "buy", timestamp: START + number });
/** So many trades there have been. */
let count = 0;
let trades = [];

function paint() {
  count += 1;
  trades = [trade(count), ...trades].slice(0, MOST_TRADES);
  list.paint(/** @type {any} */ ({ symbol: "BTCUSDT", trades }));
}

/** @returns {number[]} the trades that the rows tell of, from the top */
function told() {
  return [...body.children].filter((row) => !row.hidden).map((row) => Number(row.children[1].textContent));
}

const newest = () => Array.from({ length: MOST_TRADES }, (_, index) => count - index);

test("rows out of sight are written at once where there are more, and soon where they only change, also when no trade comes", () => {
  list.show(/** @type {any} */ (BTC));
  measure();
  for (let trades = 0; trades < MOST_TRADES; trades += 1) paint();
  assert.deepEqual(told(), newest());
  for (let paints = 0; paints < 3; paints += 1) paint();
  const behind = told().findIndex((number, index) => number !== newest()[index]);
  assert.ok(behind >= IN_SIGHT - 1 && behind < MOST_TRADES, `${behind} rows are written with each trade`);
  mock.timers.tick(BEHIND_MS - 1);
  assert.notDeepEqual(told(), newest());
  mock.timers.tick(1);
  assert.deepEqual(told(), newest());
});

test("while trades keep coming, rows out of sight are never longer behind", () => {
  for (let round = 0; round < 3; round += 1) {
    for (let passed = 0; passed < BEHIND_MS; passed += BEHIND_MS / 10) {
      paint();
      mock.timers.tick(BEHIND_MS / 10);
    }
    assert.deepEqual(told(), newest());
  }
});

test("another market's rows aren't those of the one before", () => {
  paint();
  list.show(/** @type {any} */ ({ ...BTC, symbol: "ETHUSDT" }));
  mock.timers.tick(BEHIND_MS);
  assert.deepEqual(told(), []);
});
