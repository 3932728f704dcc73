import "../../../page_in_node.js";
import assert from "node:assert/strict";
import { test } from "node:test";

const { Comparison } = await import("../../../../../templates/static/dashboard/chart/compare/comparison.js");

const MARKETS = /** @type {any} */ (["BTC", "ETH", "SOL"].map((base) => ({ symbol: `${base}USDT`, base, quote: "USDT", tickSize: 0.01 })));
const select = document.getElementById("compare");

/** The comparison of a page that was just loaded, which shows a market. */
function loaded(markets) {
  const channels = new Set();
  const client = {
    on: () => undefined,
    onMessage: () => undefined,
    subscribe: (names) => names.forEach((name) => channels.add(name)),
    unsubscribe: (names) => names.forEach((name) => channels.delete(name)),
  };
  const [nothing] = select.options;
  select.replaceChildren(nothing);
  const comparison = new Comparison(/** @type {any} */ (client), () => undefined);
  comparison.offer(markets);
  comparison.show({ symbol: "BTCUSDT", interval: "5m" });
  return { comparison, channels };
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
