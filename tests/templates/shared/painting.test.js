import assert from "node:assert/strict";
import { test } from "node:test";
import { nextFrame, written } from "../page_in_node.js";

const { MarketOverview } = await import("../../../templates/static/dashboard/markets/market_overview.js");
const { OrderBook } = await import("../../../templates/static/dashboard/book/order_book.js");
const { onceIn } = await import("../../../templates/static/shared/painting.js");
const { Quote } = await import("../../../templates/static/dashboard/book/quote.js");
const { TradeList } = await import("../../../templates/static/dashboard/book/trade_list.js");
const { WatchRow } = await import("../../../templates/static/dashboard/markets/watch_row.js");

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
const price = (update) => ({ price: 100 + update, changePercent24h: update, volume24h: 1000 + update });

/** Each part, and how an update reaches it. */
const PARTS = {
  "the order book": () => {
    const part = new OrderBook();
    part.show(BTC);
    return (update) => part.update(book(update));
  },
  "the quote": () => {
    const part = new Quote();
    part.show(BTC);
    return (update) => part.update(ticker(update));
  },
  "the list of trades": () => {
    const part = new TradeList();
    part.show(BTC);
    return (update) => part.add(trade(update));
  },
  "a row of the watch list": () => {
    const part = new WatchRow(BTC);
    document.getElementById("watch-list-rows").append(part.node);
    return (update) => part.update(price(update));
  },
  "the overview": () => {
    const frames = new Frames();
    new MarketOverview(frames).show([BTC]);
    return (update) => {
      const symbols = [{ symbol: "BTCUSDT", ...price(update) }];
      frames.come("overview", { symbols, gainers: ["BTCUSDT"], losers: [], volumes: ["BTCUSDT"] });
    };
  },
};

for (const [name, make] of Object.entries(PARTS)) {
  test(`${name} writes the page once a frame, however much comes in between`, () => {
    const update = make();
    update(0);
    nextFrame();
    const between = written(() => {
      for (let count = 1; count <= UPDATES; count += 1) update(count);
    });
    assert.deepEqual(between, []);
    let painted = 0;
    const writes = written(() => (painted = nextFrame()));
    assert.equal(painted, 1);
    assert.ok(writes.length > 0);
    assert.equal(written(nextFrame).length, 0);
  });

  test(`${name} makes no element anew for an update`, () => {
    const update = make();
    for (let count = 0; count < UPDATES; count += 1) update(count);
    nextFrame();
    const before = [...document.querySelectorAll("main *")];
    update(UPDATES);
    nextFrame();
    assert.deepEqual([...document.querySelectorAll("main *")].every((node, index) => node === before[index]), true);
    assert.equal(document.querySelectorAll("main *").length, before.length);
  });

  test(`${name} writes nothing where nothing has changed`, () => {
    const update = make();
    for (let count = 0; count < UPDATES; count += 1) update(1);
    nextFrame();
    update(1);
    const isToggled = (write) => write.endsWith(" class"); // happy-dom tells of a class that stays; browsers don't
    assert.deepEqual(written(nextFrame).filter((write) => !isToggled(write)), []);
  });
}

test("it acts once in a while, however often it is called, and again after that", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let acted = 0;
  const act = onceIn(100, () => (acted += 1));
  for (let call = 0; call < UPDATES; call += 1) act();
  assert.equal(acted, 0);
  context.mock.timers.tick(100);
  assert.equal(acted, 1);
  context.mock.timers.tick(1_000);
  assert.equal(acted, 1);
  act();
  context.mock.timers.tick(100);
  assert.equal(acted, 2);
});
