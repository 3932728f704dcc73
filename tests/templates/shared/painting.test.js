import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { nextFrame, written } from "../page_in_node.js";

const { MarketOverview } = await import("../../../templates/static/dashboard/markets/market_overview.js");
const { REST_MS } = await import("../../../templates/static/dashboard/common_frames.js");
const { MarketScreen } = await import("../../../templates/static/dashboard/market_screen.js");
const { ChartPanel } = await import("../../../templates/static/dashboard/chart/chart_panel.js");
const { OrderBook } = await import("../../../templates/static/dashboard/book/order_book.js");
const { atMostEvery, onceIn } = await import("../../../templates/static/shared/painting.js");
const { Quote } = await import("../../../templates/static/dashboard/book/quote.js");
const { TradeList } = await import("../../../templates/static/dashboard/book/trade_list.js");
const { WatchRow } = await import("../../../templates/static/dashboard/markets/watch_row.js");

mock.timers.enable({ apis: ["setTimeout"] });

const UPDATES = 100;
const BTC = { symbol: "BTCUSDT", base: "BTC", quote: "USDT", status: "TRADING", tickSize: 0.01, stepSize: 0.001 };

/** A connection of which a test says what comes. */
class Frames {
  #handlers = new Map();

  onMessage(type, handler) {
    this.#handlers.set(type, handler);
  }

  come(type, data) {
    this.#handlers.get(type)({ type, data });
  }
}

const book = (update) => ({
  symbol: "BTCUSDT",
  bids: Array.from({ length: 10 }, (_, level) => [100 - level - update / 1000, 1 + level]),
  asks: Array.from({ length: 10 }, (_, level) => [101 + level + update / 1000, 2 + level]),
});
const ticker = (update) => ({
  ...{ symbol: "BTCUSDT", price: 100 + update, change: update, changePercent: update },
  ...{ high: 300, low: 1, bid: 99 + update, ask: 101 + update, volume: 1000 + update },
});
const trade = (update) => ({ symbol: "BTCUSDT", price: 100 + update, quantity: 1, side: "buy", timestamp: update });
const kline = (update) => ({ symbol: "BTCUSDT", interval: "1m", time: 0, open: 1, high: 300, low: 1, close: 100 + update, volume: 1 });
const price = (update) => ({ price: 100 + update, changePercent24h: update, volume24h: 1000 + update });

const ignored = () => undefined;

/** Each part, and how an update reaches it. */
const PARTS = {
  "all of the chosen market": () => {
    const [frames, chart, parts] = [new Frames(), new ChartPanel(), [new OrderBook(ignored, ignored), new Quote(), new TradeList()]];
    const market = new MarketScreen(frames, chart, parts);
    for (const part of [...parts, chart]) part.show(BTC, { symbol: "BTCUSDT", interval: "1m" });
    market.show({ symbol: "BTCUSDT", interval: "1m" });
    return (update) => {
      const data = { ticker: ticker(update), depth: book(update), trade: trade(update), kline: kline(update) };
      for (const [type, each] of Object.entries(data)) frames.come(type, each);
    };
  },
  "a row of the watch list": () => {
    const part = new WatchRow(BTC);
    document.getElementById("watch-list-rows").append(part.node);
    return (update) => part.update(price(update));
  },
  "the overview": () => {
    const frames = new Frames();
    new MarketOverview(frames, ignored).show([BTC]);
    return (update) => {
      const symbols = [{ symbol: "BTCUSDT", ...price(update) }];
      frames.come("overview", { symbols, gainers: ["BTCUSDT"], losers: [], volumes: ["BTCUSDT"] });
    };
  },
};

/** Let the browser's frames come until nothing is left to paint; @returns {number[]} how many parts have painted in each */
function framesOf() {
  const painted = [];
  for (let rests = 0; rests < 2; rests += 1) {
    for (let count = nextFrame(); count; count = nextFrame()) painted.push(count);
    mock.timers.tick(REST_MS);
  }
  for (let count = nextFrame(); count; count = nextFrame()) painted.push(count);
  return painted;
}

for (const [name, make] of Object.entries(PARTS)) {
  test(`${name} writes the page once a frame, however much comes in between`, () => {
    const update = make();
    update(0);
    framesOf();
    const between = written(() => {
      for (let count = 1; count <= UPDATES; count += 1) update(count);
    });
    assert.deepEqual(between, []);
    let painted = [];
    const writes = written(() => (painted = framesOf()));
    assert.deepEqual([...new Set(painted)], [1]);
    assert.ok(writes.length > 0);
    assert.equal(written(framesOf).length, 0);
  });

  test(`${name} makes no element anew for an update`, () => {
    const update = make();
    for (let count = 0; count < UPDATES; count += 1) update(count);
    framesOf();
    const before = [...document.querySelectorAll("main *")];
    update(UPDATES);
    framesOf();
    assert.deepEqual([...document.querySelectorAll("main *")].every((node, index) => node === before[index]), true);
    assert.equal(document.querySelectorAll("main *").length, before.length);
  });

  test(`${name} writes nothing where nothing has changed`, () => {
    const update = make();
    for (let count = 0; count < UPDATES; count += 1) update(1);
    framesOf();
    update(1);
    const isToggled = (write) => write.endsWith(" class"); // happy-dom tells of a class that stays; browsers don't
    assert.deepEqual(written(framesOf).filter((write) => !isToggled(write)), []);
  });
}

test("it acts at once, and then no more often than it may, with what came last", () => {
  let [called, acted] = [0, []];
  const act = atMostEvery(100, () => acted.push(called));
  for (called = 1; called <= UPDATES; called += 1) act();
  assert.deepEqual(acted, [1]);
  mock.timers.tick(99);
  assert.deepEqual(acted, [1]);
  mock.timers.tick(1);
  assert.deepEqual(acted, [1, UPDATES + 1]);
  mock.timers.tick(1_000);
  assert.equal(acted.length, 2);
  act();
  assert.equal(acted.length, 3);
});

test("it acts once in a while, however often it is called, and again after that", () => {
  let acted = 0;
  const act = onceIn(100, () => (acted += 1));
  for (let call = 0; call < UPDATES; call += 1) act();
  assert.equal(acted, 0);
  mock.timers.tick(100);
  assert.equal(acted, 1);
  mock.timers.tick(1_000);
  assert.equal(acted, 1);
  act();
  mock.timers.tick(100);
  assert.equal(acted, 2);
});
