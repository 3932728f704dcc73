import assert from "node:assert/strict";
import { test } from "node:test";
import { Candles } from "../../templates/dashboard/static/candles.js";

const candle = (time, close) => ({ time, open: 1, high: 9, low: 1, close, volume: 1 });
const history = () => new Candles([candle(1000, 1), candle(2000, 2), candle(4000, 4)]);

test("it replaces the last candle and adds the next", () => {
  const candles = history();
  assert.equal(candles.take(candle(4000, 5)), "newest");
  assert.equal(candles.take(candle(5000, 6)), "newest");
  assert.deepEqual([candles.length, candles.at(4000).close, candles.last.close], [4, 5, 6]);
});

test("it replaces an earlier candle that was repaired", () => {
  const candles = history();
  assert.equal(candles.take(candle(2000, 7)), "earlier");
  assert.deepEqual([candles.length, candles.at(2000).close, candles.last.close], [3, 7, 4]);
});

test("it leaves alone what belongs into a gap or before the first", () => {
  const candles = history();
  assert.equal(candles.take(candle(3000, 3)), "unknown");
  assert.equal(candles.take(candle(500, 3)), "unknown");
  assert.equal(candles.length, 3);
  assert.equal(candles.at(3000), undefined);
});

test("it begins with the first candle that comes where there is no history", () => {
  const candles = new Candles();
  assert.equal(candles.last, undefined);
  assert.equal(candles.take(candle(1000, 1)), "newest");
  assert.equal(candles.length, 1);
});
