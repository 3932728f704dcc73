import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { nextFrame } from "../../page_in_node.js";

const { REST_MS } = await import("../../../../templates/static/dashboard/common_frames.js");
const { MarketOverview } = await import("../../../../templates/static/dashboard/markets/market_overview.js");
const { WatchRow } = await import("../../../../templates/static/dashboard/markets/watch_row.js");

mock.timers.enable({ apis: ["setTimeout"] });

const handlers = new Map();
/** @type {Map<string, InstanceType<typeof WatchRow>>} the watch list's, by symbol */
const watched = new Map();
const client = /** @type {any} */ ({ onMessage: (type, handler) => handlers.set(type, handler) });
const overview = new MarketOverview(client, (symbol) => watched.get(symbol)?.painted());
const MARKETS = /** @type {any} */ (["BTC", "ETH"].map((base) => ({ symbol: `${base}USDT`, base, quote: "USDT", tickSize: 0.01 })));
overview.show(MARKETS);

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

function paintAll() {
  for (let rests = 0; rests < 2; rests += 1) {
    while (nextFrame()) /* what is due is painted */;
    mock.timers.tick(REST_MS);
  }
}

function choose(symbol) {
  overview.select({ symbol, interval: "1m" });
  nextFrame();
}

/** The channel of a market's price tells of it to the watch list's row, and to the overview. */
function comePrice(symbol, price, changePercent24h) {
  watched.get(symbol)?.update(valuesOf(symbol, price, changePercent24h));
  handlers.get("price")({ data: valuesOf(symbol, price, changePercent24h) });
}

beforeEach(() => {
  watched.clear();
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

test("what the watch list tells of another market both tell in the same frame, be it a common one or the reader's", () => {
  const row = new WatchRow(/** @type {any} */ ({ symbol: "ETHUSDT", base: "ETH", quote: "USDT", tickSize: 0.01 }), () => undefined);
  watched.set("ETHUSDT", row);
  const both = () => [shown()[1][1], row.price.textContent];
  comePrice("ETHUSDT", 12, 4);
  nextFrame();
  nextFrame();
  mock.timers.tick(REST_MS);
  assert.deepEqual(both(), ["12.00", "12.00"]);
  comePrice("ETHUSDT", 13, 5);
  overview.select({ symbol: "BTCUSDT", interval: "5m" });
  nextFrame();
  assert.deepEqual(both(), ["13.00", "13.00"]);
  come([100, 1], [11, 3]);
  assert.deepEqual(both(), ["13.00", "13.00"]);
});

test("a market that is listed between a price and its painting is told by both in the same frame", () => {
  const row = new WatchRow(/** @type {any} */ ({ symbol: "ETHUSDT", base: "ETH", quote: "USDT", tickSize: 0.01 }), () => undefined);
  watched.set("ETHUSDT", row);
  overview.show(MARKETS.slice(0, 1));
  paintAll();
  assert.equal(shown().length, 1);
  comePrice("ETHUSDT", 12, 4);
  overview.show(MARKETS);
  nextFrame();
  comePrice("ETHUSDT", 13, 5);
  nextFrame();
  assert.deepEqual([shown()[1][1], row.price.textContent], ["12.00", "12.00"]);
});

test("a ranking without a market says so in its first row", () => {
  const words = () => [...document.querySelectorAll("#overview-rows tr.empty th")].map(({ textContent }) => textContent);
  const rankBy = (ranking) => {
    const choices = [...document.querySelectorAll("#overview-ranking input")];
    for (const choice of choices) choice.checked = choice.value === ranking;
    document.getElementById("overview-ranking").dispatchEvent(new document.defaultView.Event("change"));
    nextFrame();
  };
  handlers.get("overview")({ data: { symbols: [valuesOf("BTCUSDT", 100, -1)], gainers: [], losers: ["BTCUSDT"], volumes: ["BTCUSDT"] } });
  paintAll();
  assert.deepEqual(words(), ["None is up", "–", "–", "–", "–"]);
  rankBy("losers");
  assert.deepEqual(words(), ["–", "–", "–", "–"]);
  rankBy("gainers");
});

test("a ranking of markets that aren't known here yet isn't said to have none", () => {
  overview.show([]);
  paintAll();
  assert.deepEqual([...document.querySelectorAll("#overview-rows th")].map(({ textContent }) => textContent), ["–", "–", "–", "–", "–"]);
  overview.show(MARKETS);
  paintAll();
});
