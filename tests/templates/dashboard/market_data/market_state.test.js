import assert from "node:assert/strict";
import { test } from "node:test";
import { MOST_TRADES, MarketState } from "../../../../templates/static/dashboard/market_data/market_state.js";

const at = (milliseconds) => new Date(1_700_000_000_000 + milliseconds).toISOString();
const ticker = (price, time) => ({ price, change: 10, changePercent: 10, high: 120, low: 90, bid: 1, ask: 2, volume: 5, timestamp: at(time) });
const trade = (price, time, marks = {}) => ({ price, quantity: 1, side: "buy", timestamp: at(time), ...marks });
const kline = (close, time, marks = {}) => ({ interval: "1m", time: 0, close, timestamp: at(time), ...marks });
const none = new MarketState("BTCUSDT", "1m");

test("its price is that of the newest trade, whatever else is told", () => {
  const state = none.withTrade(trade(100, 0)).withTicker(ticker(99, 900)).withKline(kline(98, 1_800));
  assert.equal(state.price, 100);
  assert.equal(state.withTrade(trade(101, 2_000)).price, 101);
});

test("before there is a trade, and where trades are missing, its price is what was told last", () => {
  assert.equal(none.price, undefined);
  const state = none.withTicker(ticker(110, 5_000));
  assert.equal(state.withKline(kline(112, 6_000)).price, 112);
  assert.equal(state.withKline(kline(112, 4_000)).price, 110);
  assert.equal(state.withTrade(trade(100, 1_000)).price, 110);
  assert.equal(state.withTrade(trade(100, 2_000)).price, 100);
});

test("a candle that fills a hole, and a trade without a price, change nothing", () => {
  const state = none.withTrade(trade(100, 0));
  assert.equal(state.withKline(kline(98, 9_000, { repaired: true })), state);
  assert.equal(state.withTrade({ ...trade(0, 0), price: null }), state);
});

test("its trades are in the order in which they came, but for those that fill a hole", () => {
  const live = none.withTrade(trade(1, 1_000)).withTrade(trade(3, 3_000)).withTrade(trade(4, 2_900));
  const prices = (state) => state.trades.map(({ price }) => price);
  assert.deepEqual(prices(live), [4, 3, 1]);
  assert.deepEqual(prices(live.withTrade(trade(2, 2_000, { repaired: true }))), [4, 3, 2, 1]);
  assert.deepEqual(prices(live.withTrade(trade(0, 0, { repaired: true }))), [4, 3, 1, 0]);
  const many = Array.from({ length: 2 * MOST_TRADES }, (_, index) => trade(index, index)).reduce((state, each) => state.withTrade(each), none);
  assert.deepEqual([many.trades.length, many.price], [MOST_TRADES, 2 * MOST_TRADES - 1]);
});

test("its bid and ask are the book's best, and the ticker's only where there is no book", () => {
  const state = none.withTicker(ticker(100, 0));
  assert.deepEqual([state.bid, state.ask], [1, 2]);
  const booked = state.withDepth({ bids: [[99, 1], [98, 1]], asks: [] });
  assert.deepEqual([booked.bid, booked.ask], [99, undefined]);
});

test("its day reaches up to its price", () => {
  assert.equal(none.withTrade(trade(100, 0)).day, undefined);
  const told = none.withTicker(ticker(110, 0));
  assert.deepEqual(told.day, { change: 10, changePercent: 10, high: 120, low: 90, volume: 5 });
  assert.deepEqual(told.withTrade(trade(125, 0)).day, { change: 25, changePercent: 25, high: 125, low: 90, volume: 5 });
});

test("with other candles it is of the same market, and with what is told of it, nothing is changed", () => {
  const state = none.withTrade(trade(100, 0)).withKline(kline(98, 9_000));
  const other = state.withInterval("5m");
  assert.deepEqual([other.price, state.price, none.price], [100, 98, undefined]);
  assert.deepEqual([other.isOf(state), state.isOf(none)], [false, true]);
});

test("bid, ask and book are of the deep book while that is kept, else of the ten levels", () => {
  const book = (bid, time, marks = {}) => ({ bids: [[bid, 1]], asks: [[bid + 1, 1]], timestamp: at(time), ...marks });
  const state = none.withDepth(book(10, 5_000));
  const bids = (each) => [each.bid, each.depth.bids[0][0], each.ask - 1];
  assert.deepEqual(bids(state.withDeepDepth(book(11, 4_000))), [11, 11, 11]);
  assert.deepEqual(bids(state.withDeepDepth(book(11, 3_999))), [10, 10, 10]);
  assert.deepEqual(bids(state.withDeepDepth(book(11, 5_000, { stale: true }))), [10, 10, 10]);
  assert.deepEqual(bids(none.withDeepDepth(book(11, 0))), [11, 11, 11]);
  assert.deepEqual(bids(state.withDeepDepth(book(11, 5_000)).withoutDeepDepth()), [10, 10, 10]);
  assert.equal(state.withoutDeepDepth(), state);
});
