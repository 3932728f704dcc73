import assert from "node:assert/strict";
import { test } from "node:test";
import { Candles } from "../../../../templates/static/shared/chart/candles.js";

const candle = (time, close) => ({ time, open: 1, high: 9, low: 1, close, volume: 1 });
const history = () => new Candles([candle(1000, 1), candle(2000, 2), candle(4000, 4)]);
const times = (candles) => candles.all.map(({ time }) => time);

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

test("it puts a repaired candle into the gap where it was missing", () => {
  const candles = history();
  assert.equal(candles.take(candle(3000, 3)), "inserted");
  assert.deepEqual(times(candles), [1000, 2000, 3000, 4000]);
  assert.equal(candles.at(3000).close, 3);
});

test("it leaves alone what belongs before the first", () => {
  const candles = history();
  assert.equal(candles.take(candle(500, 3)), "unknown");
  assert.equal(candles.length, 3);
});

test("it begins with the first candle that comes where there is no history", () => {
  const candles = new Candles();
  assert.equal(candles.last, undefined);
  assert.equal(candles.take(candle(1000, 1)), "newest");
  assert.equal(candles.length, 1);
});

test("it takes a page of older candles, each once", () => {
  const candles = history();
  assert.equal(candles.prepend([candle(0, 1), candle(500, 1), candle(1000, 9)]), 2);
  assert.deepEqual(times(candles), [0, 500, 1000, 2000, 4000]);
  assert.equal(candles.at(1000).close, 1);
  assert.equal(candles.prepend([candle(0, 5)]), 0);
  const drawn = candles.all;
  assert.equal(candles.prepend([]), 0);
  assert.equal(candles.all, drawn);
});

test("it takes the newest candles anew and keeps the older ones that they join", () => {
  const candles = history();
  assert.equal(candles.refresh([candle(2000, 8), candle(3000, 3), candle(4000, 4)]), true);
  assert.deepEqual(times(candles), [1000, 2000, 3000, 4000]);
  assert.equal(candles.at(2000).close, 8);
});

test("it lets go of older candles where something may be missing after them", () => {
  const candles = history();
  assert.equal(candles.refresh([candle(6000, 8), candle(7000, 3)]), false);
  assert.deepEqual(times(candles), [6000, 7000]);
});

test("it begins with the newest candles, and an empty answer takes nothing away", () => {
  const candles = new Candles();
  assert.equal(candles.refresh([candle(6000, 8)]), true);
  assert.equal(candles.refresh([]), true);
  assert.deepEqual(times(candles), [6000]);
});

test("it gives up the oldest, which may be put before the first again", () => {
  const candles = history();
  candles.forget(2);
  assert.deepEqual([times(candles), candles.take(candle(2000, 2))], [[4000], "unknown"]);
  candles.prepend([candle(1000, 1), candle(2000, 2)]);
  assert.deepEqual(times(candles), [1000, 2000, 4000]);
});
