import assert from "node:assert/strict";
import { test } from "node:test";
import { INTERVALS, intervalText, isWithinDay, offeredIntervals } from "../../../templates/static/shared/market_data/intervals.js";
import { hashOf, selectionOf } from "../../../templates/static/dashboard/selection.js";

test("it reads what it wrote, for every interval and symbols of any script", () => {
  for (const symbol of ["BTCUSDT", "币安人生USDT", "AAPLx/USD"]) {
    for (const interval of INTERVALS) {
      assert.deepEqual(selectionOf(hashOf({ symbol, interval })), { symbol, interval });
    }
  }
});

test("an interval that the exchange has no candles of is neither offered nor chosen", (t) => {
  globalThis.document = { body: { dataset: { intervals: "1m 5m 1d" } } };
  t.after(() => delete globalThis.document);
  assert.deepEqual(offeredIntervals(), ["1m", "5m", "1d"]);
  assert.deepEqual(selectionOf("#BTC%2FUSD/3m"), { symbol: "BTC/USD", interval: "1m" });
  assert.equal(selectionOf("#BTC%2FUSD/5m").interval, "5m");
});

test("it keeps a minute and a month apart", () => {
  assert.equal(selectionOf("#BTCUSDT/1M").interval, "1M");
  assert.equal(selectionOf("#BTCUSDT/1m").interval, "1m");
  assert.deepEqual(["1m", "1M", "15m", "3d", "1s"].map(intervalText), [
    "1 minute",
    "1 month",
    "15 minutes",
    "3 days",
    "1 second",
  ]);
  assert.deepEqual(["1s", "1m", "12h", "1d", "1w", "1M"].map(isWithinDay), [true, true, true, false, false, false]);
});

test("it takes any address for what it may mean", () => {
  assert.deepEqual(selectionOf(""), { symbol: "", interval: "1m" });
  assert.deepEqual(selectionOf("#ETHUSDT"), { symbol: "ETHUSDT", interval: "1m" });
  assert.deepEqual(selectionOf("#ethusdt/1M"), { symbol: "ethusdt", interval: "1M" });
  assert.deepEqual(selectionOf("#ETHUSDT/7m"), { symbol: "ETHUSDT", interval: "1m" });
  assert.deepEqual(selectionOf("#%E0%A4%A"), { symbol: "", interval: "1m" });
});

test("it reads the moment of a mail's link, and nothing else in its place", () => {
  assert.deepEqual(selectionOf("#BTCUSDT/15m/1764137405000"), { symbol: "BTCUSDT", interval: "15m", at: 1764137405000 });
  for (const at of ["", "now", "-5", "17", "1e12", "1764137405000000"]) {
    assert.deepEqual(selectionOf(`#BTCUSDT/15m/${at}`), { symbol: "BTCUSDT", interval: "15m" }, at);
  }
  assert.equal(hashOf(selectionOf("#BTCUSDT/15m/1764137405000")), "#BTCUSDT/15m");
});
