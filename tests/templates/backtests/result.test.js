import assert from "node:assert/strict";
import { test } from "node:test";
import { changesOf, pointsOf } from "../../../templates/static/shared/chart/line_points.js";
import { metricDirection, metricOf, metricRows, metricText } from "../../../templates/static/shared/strategies/backtest_metrics.js";
import { checksOf } from "../../../templates/static/backtests/result/check_text.js";
import { marksOf, pathOf } from "../../../templates/static/backtests/result/trade_marks.js";
import { candleAt } from "../../../templates/static/shared/chart/candle_at.js";
import { START, checks, metrics, result, trade } from "./fixtures.js";

const MINUTE = 60_000;
const CANDLES = Array.from({ length: 120 }, (_, index) => ({ time: START + index * MINUTE, open: 1, high: 1, low: 1, close: 1, volume: 1 }));
const COLOURS = { up: "green", down: "red", accent: "blue" };
const checkOf = (given, name) => checksOf(given).find((each) => each.name === name);

test("it marks entry and exit of each trade on the candle within which they were, in order of time", () => {
  const trades = [trade(2), trade(1, { opened: START + 30 * MINUTE + 59_999 })];
  const marks = marksOf(trades, CANDLES, COLOURS, null);
  assert.deepEqual(marks.map(({ time, shape, text }) => [time - START / 1000, shape, text]), [
    [1800, "arrowUp", "Buy 1"],
    [2520, "arrowDown", "Sell 1"],
    [3600, "arrowUp", "Buy 2"],
    [4320, "arrowDown", "Sell 2"],
  ]);
});

test("it marks a short trade's entry as a sale, and none where no candles are", () => {
  const marks = marksOf([trade(1, { side: "short" })], CANDLES, COLOURS, null);
  assert.deepEqual(marks.map(({ shape, position }) => [shape, position]), [["arrowDown", "aboveBar"], ["arrowUp", "belowBar"]]);
  assert.deepEqual(marksOf([trade(50)], CANDLES, COLOURS, null), []);
  assert.deepEqual(marksOf([trade(1)], [], COLOURS, null), []);
});

test("it lifts the chosen trade out of the others, and names it where there are too many to name", () => {
  const trades = Array.from({ length: 61 }, (_, index) => trade(index + 1, { opened: START + index * MINUTE, closed: START + index * MINUTE }));
  const marks = marksOf(trades, CANDLES, COLOURS, 3);
  assert.deepEqual(marks.filter(({ text }) => text).map(({ text, color, size }) => [text, color, size]), [["Buy 3", "blue", 2], ["Sell 3", "blue", 2]]);
});

test("it finds the candle of a moment by halving, and none before the first or after the last", () => {
  const found = [START - 1, START, START + 1, START + 119 * MINUTE + 59_999, START + 121 * MINUTE].map((time) => candleAt(CANDLES, time)?.time);
  assert.deepEqual(found, [undefined, START, START, START + 119 * MINUTE, undefined]);
  assert.equal(candleAt([], START), undefined);
});

test("a trade's line runs from its entry to its exit", () => {
  assert.deepEqual(pathOf(trade(1)).map(({ price }) => price), [2000, 2004]);
});

test("it draws what is known, each time once and later than the last", () => {
  const points = pointsOf([1_000, 1_400, 2_000, 3_000, 2_500], [1, 2, null, 4, 5]);
  assert.deepEqual(points, [{ time: 1, value: 1 }, { time: 3, value: 4 }]);
  assert.deepEqual(changesOf([100, 110, 95], 100).map((value) => Math.round(value * 10) / 10), [0, 10, -5]);
});

test("it writes each metric in its unit, and one that isn't defined as nothing", () => {
  const texts = Object.fromEntries(metricRows(metrics()).map((row) => [row.name, metricText(row, metrics()[row.name], "USDT")]));
  assert.deepEqual([texts.total_return, texts.max_drawdown, texts.sharpe, texts.trades], ["+1.23%", "2.14%", "1.23", "12"]);
  assert.deepEqual([texts.cagr, texts.max_drawdown_length, texts.fees, texts.expectancy], ["–", "2 h 1 min", "12.50 USDT", "+1.03 USDT"]);
  const amounts = ["final_equity", "expectancy", "fees"].map((name) => metricText(metricOf(name), name === "fees" ? 0.00001 : 0.0512, "BTC"));
  assert.deepEqual(amounts, ["0.05120000 BTC", "+0.05120000 BTC", "0.00001000 BTC"]);
});

test("it shows a metric that it doesn't know by its name, after the known", () => {
  const rows = metricRows({ ulcer_index: 1.5, total_return: 0.1 });
  assert.deepEqual(rows.map(({ title }) => title), ["Total return", "Ulcer index"]);
});

test("only gains and losses are coloured", () => {
  const direction = (name, value) => metricDirection(metricOf(name), value);
  assert.deepEqual([direction("total_return", -0.1), direction("total_return", 0), direction("max_drawdown", 0.1)], ["down", "flat", "flat"]);
});

test("it says of luck what the deflated Sharpe ratio says, by the number of backtests that were tried", () => {
  const luck = checkOf(result(), "luck");
  assert.equal(luck.level, "bad");
  assert.match(luck.text, /^You have tried 7 backtests on ETHUSDT, .*is 43%/);
  assert.equal(checkOf(result({ deflated_sharpe: 0.97, trials: 1 }), "luck").level, "good");
  assert.match(checkOf(result({ deflated_sharpe: 0.97, trials: 1 }), "luck").text, /^This is your first backtest on ETHUSDT\. /);
  assert.equal(checkOf(result({ deflated_sharpe: null }), "luck").level, "quiet");
  assert.equal(checkOf(result({ metrics: metrics({ total_return: -0.01 }) }), "luck").title, "It lost");
});

test("it says of the interval whether a gain is likely, a loss, or both", () => {
  const level = (low, high) => checkOf(result({ intervals: { total_return: [low, high], sharpe: [1, 2] } }), "interval").level;
  assert.deepEqual([level(0.01, 0.2), level(-0.1, -0.01), level(-0.1, 0.1)], ["good", "bad", "quiet"]);
  assert.match(checkOf(result(), "interval").text, /between −2\.00% and \+5\.00%\.$/);
  assert.equal(checkOf(result({ intervals: { total_return: null, sharpe: null } }), "interval").level, "quiet");
});

test("it warns plainly of a strategy that looks ahead, with what it decided otherwise", () => {
  const look_ahead = { verdict: "failed", cuts: 3, decisions: 9, differences: [{ time: START, expected: "buy 1", found: "" }] };
  const found = checkOf(result({ checks: checks({ look_ahead }) }), "look_ahead");
  assert.deepEqual([found.level, found.title, found.details], ["bad", "Looks ahead", ["2026-11-21 00:00: buy 1 became nothing"]]);
  assert.match(found.text, /Don't trust this result/);
  const passed = checkOf(result({ checks: checks({ look_ahead: { ...look_ahead, verdict: "passed" } }) }), "look_ahead");
  assert.deepEqual([passed.level, passed.details], ["good", []]);
});

test("it tells gaps, fills that were guessed, and refused orders in numbers", () => {
  const given = result({
    checks: checks({
      data_gaps: { verdict: "failed", candles: 90, missing: 10, gap_count: 1, gaps: [{ start: START, end: START + MINUTE }] },
      path_dependence: { verdict: "failed", fills: 20, dependent: 4, share: 0.2, finer_candles: 1 },
    }),
    ...{ refusals: [{ time: START, message: "notional below the minimum" }], refusal_count: 3 },
  });
  assert.match(checkOf(given, "data_gaps").text, /^10 candles \(10\.00%\) in 1 gap/);
  assert.match(checkOf(given, "path_dependence").text, /^4 of 20 fills \(20\.0%\)/);
  assert.deepEqual(checkOf(given, "refusals").details, ["2026-11-21 00:00: Notional below the minimum"]);
  assert.equal(checkOf(result(), "refusals"), undefined);
});
