import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { nextFrame } from "../../page_in_node.js";

const { REST_MS } = await import("../../../../templates/static/dashboard/common_frames.js");
const { MarketOverview } = await import("../../../../templates/static/dashboard/markets/market_overview.js");

mock.timers.enable({ apis: ["setTimeout"] });

const handlers = new Map();
const overview = new MarketOverview(/** @type {any} */ ({ onMessage: (type, handler) => handlers.set(type, handler) }));
overview.show(/** @type {any} */ (["BTC", "ETH"].map((base) => ({ symbol: `${base}USDT`, base, quote: "USDT", tickSize: 0.01 }))));

const valuesOf = (symbol, price, changePercent24h) => ({ symbol, price, changePercent24h, volume24h: 10 });
const stateOf = (symbol, price, changePercent) => /** @type {any} */ ({ symbol, price, day: changePercent === undefined ? undefined : { changePercent } });
const shown = () => [...document.querySelectorAll("#overview-rows tr:not(.empty)")].map((row) => [...row.children].map(({ textContent }) => textContent));

/** The overview's channel tells of both, and a common frame paints it. */
function come(btc, eth) {
  const symbols = [valuesOf("BTCUSDT", ...btc), valuesOf("ETHUSDT", ...eth)];
  const ranked = ["BTCUSDT", "ETHUSDT"];
  handlers.get("overview")({ data: { symbols, gainers: ranked, losers: ranked, volumes: ranked } });
  nextFrame();
  nextFrame();
  mock.timers.tick(REST_MS);
}

function choose(symbol) {
  overview.select({ symbol, interval: "1m" });
  nextFrame();
}

beforeEach(() => {
  choose("");
  choose("BTCUSDT");
  come([100, 1], [10, 2]);
});

test("the chosen market's row tells the price and the change of the page's state, and the others theirs", () => {
  overview.paint(stateOf("BTCUSDT", 101, 2.5));
  assert.deepEqual(shown(), [["BTC/USDT", "101.00", "+2.50%"], ["ETH/USDT", "10.00", "+2.00%"]]);
});

test("what the overview tells of the chosen market afterwards changes nothing in its row", () => {
  overview.paint(stateOf("BTCUSDT", 101, 2.5));
  come([99, -1], [11, 3]);
  assert.deepEqual(shown(), [["BTC/USDT", "101.00", "+2.50%"], ["ETH/USDT", "11.00", "+3.00%"]]);
});

test("what the state doesn't tell, the overview does", () => {
  overview.paint(stateOf("BTCUSDT", undefined));
  assert.deepEqual(shown()[0], ["BTC/USDT", "100.00", "+1.00%"]);
  overview.paint(stateOf("BTCUSDT", 101));
  assert.deepEqual(shown()[0], ["BTC/USDT", "101.00", "+1.00%"]);
});

test("once another market is chosen, the row tells what the overview does", () => {
  overview.paint(stateOf("BTCUSDT", 101, 2.5));
  choose("ETHUSDT");
  assert.deepEqual(shown()[0], ["BTC/USDT", "100.00", "+1.00%"]);
});

test("a market that isn't listed is told in no row", () => {
  overview.paint(stateOf("SOLUSDT", 5, 1));
  assert.deepEqual(shown(), [["BTC/USDT", "100.00", "+1.00%"], ["ETH/USDT", "10.00", "+2.00%"]]);
});
