import assert from "node:assert/strict";
import { test } from "node:test";
import { HeikinAshi } from "../../../../../templates/static/dashboard/chart/display/heikin_ashi.js";

const candle = (time, open, high, low, close) => ({ time, open, high, low, close, volume: 7 });
const HISTORY = [candle(0, 10, 14, 8, 12), candle(1, 12, 20, 11, 18), candle(2, 18, 19, 9, 10)];

test("each ends at its candle's mean price and opens in the middle of the one before", () => {
  // By hand: (10+14+8+12)/4 = 11 from (10+12)/2 = 11; 15.25 from (11+11)/2 = 11; 14 from (11+15.25)/2 = 13.125.
  assert.deepEqual(new HeikinAshi().all(HISTORY), [
    candle(0, 11, 14, 8, 11), candle(1, 11, 20, 11, 15.25), candle(2, 13.125, 19, 9, 14),
  ]);
});

test("one reaches to its own opening, where its candle doesn't", () => {
  const heikinAshi = new HeikinAshi();
  heikinAshi.all([candle(0, 100, 100, 100, 100)]);
  const { open, high, low } = heikinAshi.next(candle(1, 50, 60, 40, 50));
  assert.deepEqual({ open, high, low }, { open: 100, high: 100, low: 40 });
});

test("the newest goes on as its candle does, however often, and ends as if it had been told at once", () => {
  const heikinAshi = new HeikinAshi();
  heikinAshi.all(HISTORY.slice(0, 1));
  for (const close of [13, 30, 18]) heikinAshi.next(candle(1, 12, 20, 11, close));
  assert.deepEqual(heikinAshi.next(HISTORY[2]), candle(2, 13.125, 19, 9, 14));
  assert.deepEqual(HISTORY.map((each) => heikinAshi.closeOf(each)), [11, 15.25, 14]);
});
