import "../../../page_in_node.js";
import assert from "node:assert/strict";
import { test } from "node:test";

const { Comparison } = await import("../../../../../templates/static/dashboard/chart/compare/comparison.js");

const MARKETS = /** @type {any} */ (["BTC", "ETH", "SOL"].map((base) => ({ symbol: `${base}USDT`, base, quote: "USDT", tickSize: 0.01 })));
const select = document.getElementById("compare");

/** The comparison of a page that was just loaded, which shows a market. */
function loaded(markets) {
  const channels = new Set();
  const handlers = {};
  const client = {
    on: () => undefined,
    onMessage: (type, handler) => (handlers[type] = handler),
    subscribe: (names) => names.forEach((name) => channels.add(name)),
    unsubscribe: (names) => names.forEach((name) => channels.delete(name)),
  };
  const [nothing] = select.options;
  select.replaceChildren(nothing);
  const comparison = new Comparison(/** @type {any} */ (client), () => undefined);
  comparison.offer(markets);
  comparison.show({ symbol: "BTCUSDT", interval: "5m" });
  return { comparison, channels, tell: (type, data) => handlers[type]({ data }) };
}

/** A chart that draws no more than when its first candle changes. */
function emptyChart() {
  const chart = { compare: (told) => (chart.told = told), compared: { onReach: (handler) => (chart.beginAt = handler), show() {}, changed() {}, moved() {} } };
  return /** @type {any} */ (chart);
}

function choose(symbol) {
  select.value = symbol;
  select.dispatchEvent(new document.defaultView.Event("change"));
}

test("the market that is compared is so on the page that is loaded next, until nothing is chosen", () => {
  assert.equal(loaded(MARKETS).comparison.symbol, "");
  choose("ETHUSDT");
  const { comparison, channels } = loaded(MARKETS);
  assert.deepEqual([comparison.symbol, [...channels]], ["ETHUSDT", ["klines:ETHUSDT:5m", "price:ETHUSDT"]]);
  choose("");
  assert.equal(loaded(MARKETS).comparison.symbol, "");
});

test("that of a layout is kept, too", () => {
  loaded(MARKETS).comparison.choose("SOLUSDT");
  assert.equal(loaded(MARKETS).comparison.symbol, "SOLUSDT");
});

test("a market that isn't listed any more is no comparison", () => {
  loaded(MARKETS).comparison.choose("SOLUSDT");
  const { comparison, channels } = loaded(MARKETS.slice(0, 2));
  assert.deepEqual([comparison.symbol, [...channels]], ["", []]);
  comparison.offer(MARKETS);
  assert.equal(comparison.symbol, "");
});

test("a close goes with the candle that the chart gives up, not before", (context) => {
  context.mock.method(globalThis, "fetch", () => new Promise(() => undefined));
  const { comparison, tell } = loaded(MARKETS);
  comparison.choose("ETHUSDT");
  const chart = emptyChart();
  comparison.drawOn(chart);
  for (const time of [0, 300_000, 600_000]) tell("kline", { symbol: "ETHUSDT", interval: "5m", time, close: 1 });
  const closes = () => [0, 300_000, 600_000].map((time) => chart.told.closeAt(time));
  chart.beginAt(0);
  assert.deepEqual(closes(), [1, 1, 1]);
  chart.beginAt(600_000);
  assert.deepEqual(closes(), [undefined, undefined, 1]);
});
