import assert from "node:assert/strict";
import { test } from "node:test";
import { GapLog } from "../../../../templates/static/dashboard/chart/gap_log.js";

const at = (second) => `2024-12-06T12:00:${String(second).padStart(2, "0")}.500Z`;
const gap = (channel, complete, [from, to] = [1, 9]) => ({ channel, from: at(from), to: at(to), complete });
const trade = (tradeId, second) => ({ tradeId, timestamp: at(second) });
const candle = (second) => ({ interval: "1s", time: Date.parse(at(second)) - 500 });

test("it counts what was fetched, whichever comes first, each once", () => {
  const log = new GapLog();
  for (const id of [7, 8, 8]) log.trade(trade(id, 3));
  assert.equal(log.sentence, "");
  assert.equal(log.resync(gap("trades:BTCUSDT", true)), true);
  log.resync(gap("klines:BTCUSDT:1s", true));
  for (const second of [4, 5, 5]) log.candle(candle(second));
  log.trade(trade(9, 6));
  assert.equal(log.sentence, "3 trades and 2 candles of the gap from 12:00:01 to 12:00:09 were fetched");
  assert.equal(log.isComplete, true);
});

test("it says of one that it was fetched", () => {
  const log = new GapLog();
  log.resync(gap("trades:BTCUSDT", true));
  log.trade(trade(7, 3));
  assert.equal(log.sentence, "1 trade of the gap from 12:00:01 to 12:00:09 was fetched");
});

test("it counts a longer candle in which the gap lies", () => {
  const log = new GapLog();
  log.resync(gap("klines:BTCUSDT:1m", true));
  log.candle({ interval: "1m", time: Date.parse("2024-12-06T12:00:00.000Z") });
  assert.equal(log.sentence, "1 candle of the gap from 12:00:01 to 12:00:09 was fetched");
});

test("it says what could not be fetched", () => {
  const log = new GapLog();
  log.resync(gap("trades:BTCUSDT", false));
  log.resync(gap("klines:BTCUSDT:1s", true, [1, 8]));
  assert.equal(log.sentence, "Some trades between 12:00:01 and 12:00:09 could not be fetched");
  log.candle(candle(4));
  log.resync(gap("klines:BTCUSDT:1s", false));
  assert.equal(
    log.sentence,
    "Some trades and candles between 12:00:01 and 12:00:09 could not be fetched; 1 candle was",
  );
  assert.equal(log.isComplete, false);
});

test("it says so where nothing was missed", () => {
  const log = new GapLog();
  log.resync(gap("trades:BTCUSDT", true));
  assert.equal(log.sentence, "There was a gap from 12:00:01 to 12:00:09; nothing was missed");
});

test("it tells of the newest gap alone", () => {
  const log = new GapLog();
  log.resync(gap("trades:BTCUSDT", false));
  log.trade(trade(7, 3));
  log.resync(gap("trades:BTCUSDT", true, [30, 31]));
  assert.equal(log.sentence, "There was a gap from 12:00:30 to 12:00:31; nothing was missed");
  log.clear();
  assert.equal(log.sentence, "");
});

test("it passes over gaps of channels that need nothing, and those without times", () => {
  const log = new GapLog();
  assert.equal(log.resync(gap("depth:BTCUSDT", true)), false);
  assert.equal(log.resync({ channel: "trades:BTCUSDT", complete: false }), false);
  assert.equal(log.sentence, "");
});
