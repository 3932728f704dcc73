import assert from "node:assert/strict";
import { test } from "node:test";
import { LiveCandles } from "../../../../templates/static/dashboard/chart/live_candles.js";

const MINUTE = 60_000;
const candle = (minute, close, volume = 1) => ({ time: minute * MINUTE, open: 100, high: 110, low: 90, close, volume });
const kline = (minute, close, second, marks = {}) => ({
  ...candle(minute, close),
  ...{ symbol: "BTCUSDT", interval: "1m", isFinal: false, timestamp: minute * MINUTE + second * 1_000, ...marks },
});
const closed = (minute, close) => kline(minute, close, 60, { isFinal: true });
const trade = (minute, second, price, marks = {}) => ({ timestamp: minute * MINUTE + second * 1_000, price, quantity: 2, ...marks });

function live(...history) {
  const candles = new LiveCandles();
  candles.begin({ interval: "1m", isSameMarket: false });
  candles.wait();
  candles.refresh(history);
  candles.go();
  candles.drawn();
  return candles;
}

/** What is drawn with the next frame; null: all anew. */
function drawn(candles, price) {
  candles.endAt(price);
  const { fresh } = candles;
  candles.drawn();
  return fresh;
}

test("the newest candle ends at the price, and the exchange's frame of it corrects the rest", () => {
  const candles = live(candle(0, 100));
  candles.tell(kline(1, 101, 2));
  assert.deepEqual(drawn(candles, 105), [candle(1, 105)]);
  candles.trade(trade(1, 3, 112));
  assert.deepEqual(drawn(candles, 112), [{ ...candle(1, 112, 3), high: 112 }]);
  candles.tell(kline(1, 106, 4));
  assert.deepEqual(drawn(candles, 106), [candle(1, 106)]);
  assert.deepEqual(drawn(candles, 106), []);
});

test("trades of after a frame are added to it, those of before are in it already", () => {
  const candles = live(candle(0, 100));
  candles.trade(trade(1, 1, 120));
  candles.trade(trade(1, 9, 80));
  candles.tell(kline(1, 101, 5));
  assert.deepEqual(drawn(candles, 80), [{ ...candle(1, 80, 3), low: 80 }]);
});

test("a trade of after its end begins the next candle at once, and what closed is as the exchange told it", () => {
  const candles = live(candle(0, 100));
  candles.tell(closed(1, 101));
  assert.deepEqual(drawn(candles, 99), [candle(1, 99)]); // its last trades are on their way
  candles.trade(trade(3, 10, 95));
  const next = { time: 3 * MINUTE, open: 95, high: 95, low: 95, close: 95, volume: 2 };
  assert.deepEqual(drawn(candles, 95), [candle(1, 101), next]);
  assert.deepEqual(candles.all, [candle(0, 100), candle(1, 101), next]);
});

test("a closed candle that comes late corrects what trades made of it, and only where it differs all is drawn anew", () => {
  const candles = live(candle(0, 100));
  candles.tell(kline(1, 101, 50));
  candles.trade(trade(1, 55, 102));
  candles.trade(trade(2, 1, 103));
  drawn(candles, 103);
  candles.tell({ ...closed(1, 102), volume: 3.0000000000001 });
  assert.deepEqual(drawn(candles, 103), []);
  candles.tell(closed(1, 104));
  assert.equal(drawn(candles, 103), null);
  assert.deepEqual(candles.all.slice(1).map(({ close }) => close), [104, 103]);
});

test("the frame of the next candle leaves the one before as it was told to have closed", () => {
  const candles = live(candle(0, 100));
  candles.tell(closed(1, 101));
  drawn(candles, 99);
  candles.tell(kline(2, 101, 0));
  assert.deepEqual(drawn(candles, 101), [candle(1, 101), candle(2, 101)]);
});

test("without a frame the history's newest candle goes on, and is as it was once the next has begun", () => {
  const candles = live(candle(0, 100), candle(1, 100));
  assert.deepEqual(drawn(candles, 107), [candle(1, 107)]);
  candles.tell(kline(2, 108, 1));
  assert.deepEqual(drawn(candles, 108), [candle(1, 100), candle(2, 108)]);
});

test("what fills a hole is told by the closed candles alone", () => {
  const candles = live(candle(0, 100), candle(2, 100));
  candles.tell(kline(2, 101, 5));
  candles.trade(trade(3, 0, 500, { repaired: true }));
  assert.deepEqual(drawn(candles, 101), [candle(2, 101)]);
  candles.tell({ ...closed(1, 99), repaired: true });
  assert.equal(drawn(candles, 101), null);
  assert.deepEqual(candles.all.map(({ close }) => close), [100, 99, 101]);
});

test("it goes on while the history is read once more, and what came meanwhile counts", () => {
  const candles = live(candle(0, 100));
  candles.tell(kline(1, 101, 5));
  candles.wait();
  candles.tell(closed(1, 102));
  candles.trade(trade(2, 1, 103));
  assert.deepEqual(drawn(candles, 103)?.at(-1)?.close, 103);
  candles.refresh([candle(0, 100), candle(1, 101)]);
  candles.go();
  candles.endAt(103);
  assert.deepEqual(candles.all.map(({ close }) => close), [100, 102, 103]);
});

test("a history that is newer than the last frame begins anew where that ended", () => {
  const candles = live(candle(0, 100));
  candles.tell(kline(1, 101, 5));
  candles.wait();
  candles.refresh([candle(4, 100), candle(5, 100)]);
  candles.go();
  candles.endAt(104);
  assert.deepEqual(candles.all.map(({ time, close }) => [time / MINUTE, close]), [[4, 100], [5, 104]]);
});

test("nothing is drawn of a market before its history, and nothing of the former one", () => {
  const candles = live(candle(0, 100));
  candles.tell(kline(1, 101, 5));
  candles.begin({ interval: "1m", isSameMarket: false });
  candles.wait();
  candles.tell(kline(7, 50, 5));
  assert.deepEqual(drawn(candles, 51), []);
  candles.refresh([candle(6, 50)]);
  candles.go();
  assert.deepEqual(drawn(candles, 51).map(({ time, close }) => [time / MINUTE, close]), [[7, 51]]);
});

test("weeks are counted from a candle, and months by the calendar", () => {
  for (const [interval, opening, moment, next] of [
    ["1w", "2026-11-16", "2026-11-24T12:00", "2026-11-23"],
    ["3d", "2026-11-23", "2026-11-29", "2026-11-29"],
    ["1M", "2026-02-01", "2026-03-31T23:59", "2026-03-01"],
  ]) {
    const candles = new LiveCandles();
    candles.begin({ interval, isSameMarket: false });
    candles.tell({ ...kline(0, 100, 0), interval, time: Date.parse(opening), timestamp: opening });
    candles.trade({ timestamp: `${moment}${moment.includes("T") ? ":00" : "T00:00:00"}Z`, price: 100, quantity: 1 });
    candles.endAt(100);
    assert.deepEqual(candles.all.map(({ time }) => time), [Date.parse(opening), Date.parse(next)], interval);
  }
});

test("where the oldest are given up all is drawn anew, and the newest goes on", () => {
  const candles = live(candle(0, 100), candle(1, 101), candle(2, 102));
  candles.forget(2);
  assert.equal(drawn(candles, 102), null);
  assert.deepEqual(drawn(candles, 103), [candle(2, 103)]);
  assert.deepEqual(candles.all, [candle(2, 103)]);
});
