import assert from "node:assert/strict";
import { test } from "node:test";
import { lastDays, storedRange, storedText, utcText } from "../../../templates/static/backtests/form/data_range.js";
import { initialText, paramsGiven, rangeText } from "../../../templates/static/shared/strategies/parameter_values.js";
import { fieldText, momentTyped } from "../../../templates/static/shared/moments.js";
import { runGiven, sweepGiven, sweptOf, valuesOf } from "../../../templates/static/backtests/form/run_given.js";
import { showIn } from "../../../templates/static/shared/time_zone/shown_zone.js";
import { countText, isSwept, sweptValues } from "../../../templates/static/shared/strategies/swept_values.js";
import { RSI, START, backtest } from "./fixtures.js";

const DAY = 86_400_000;
const [PERIOD, LOW, SIDE, AT_END] = RSI.parameters;
const VALUES = {
  ...{ strategy: "rsi_reversion", symbol: "ETHUSDT", interval: "1m", start: "2026-11-21T00:00", end: "2026-11-22T00:00" },
  ...{ parameters: { period: "14", low: "30", side: "long", exit_at_end: "true" }, capital: "1,000", fee: "0.1", slippage: "0.05", fills: "through" },
};

test("it begins each parameter with its default, and says its range", () => {
  assert.deepEqual(RSI.parameters.map(initialText), ["14", "30", "long", "true"]);
  assert.deepEqual([PERIOD, SIDE, { minimum: 0.001 }, { maximum: 5 }].map(rangeText), ["2 to 500", "", "from 0.001", "up to 5"]);
});

test("it gives parameters in their types, leaves out what is empty, and leaves what is no number to the server", () => {
  const typed = { period: "soon", low: "", side: "both", exit_at_end: "false", other: "1" };
  assert.deepEqual(paramsGiven(RSI.parameters, typed), { period: "soon", side: "both", exit_at_end: false });
});

test("it gives a run as the server takes it", () => {
  assert.deepEqual(runGiven(VALUES, RSI.parameters), {
    ...{ strategy: "rsi_reversion", symbol: "ETHUSDT", interval: "1m" },
    ...{ start: "2026-11-21T00:00:00.000Z", end: "2026-11-22T00:00:00.000Z" },
    ...{ initial_capital: 1000, fee_rate: "0.001", slippage: "0.0005", fills: "through" },
    params: { period: 14, low: 30, side: "long", exit_at_end: true },
  });
});

test("a former run fills the form with what gives the same run again", () => {
  const values = valuesOf(backtest());
  assert.deepEqual(runGiven(values, RSI.parameters), runGiven(VALUES, RSI.parameters));
});

test("it leaves out a time that isn't typed, which the server then asks for", () => {
  assert.ok(!("end" in runGiven({ ...VALUES, end: "" }, RSI.parameters)));
});

test("it reads lists and spans of values, each once, and exactly", () => {
  const read = (parameter, typed) => sweptValues(parameter, typed);
  assert.deepEqual(read(PERIOD, "7, 14,21, 14"), [7, 14, 21]);
  assert.deepEqual(read(PERIOD, "10 to 50 step 20"), [10, 30, 50]);
  assert.deepEqual(read(LOW, "0.1 to 0.4 step 0.1"), [0.1, 0.2, 0.3, 0.4]);
  assert.deepEqual(read(PERIOD, "3 TO 5"), [3, 4, 5]);
  assert.deepEqual(read(SIDE, "long, both"), ["long", "both"]);
  assert.deepEqual(read(AT_END, "true,false"), [true, false]);
  assert.deepEqual(read(PERIOD, "5 to 1"), ["5 to 1 step 1"]);
  assert.equal(read(PERIOD, "1 to 999999999999").length, 201);
  assert.deepEqual(read(PERIOD, " , "), []);
});

test("it knows several values from one, however its thousands are grouped", () => {
  assert.deepEqual(["1, 2", "1;2", "1 to 5", "10", "1,000", "long"].map(isSwept), [true, true, true, false, false, false]);
});

test("commas that group thousands part no values: those of several values have a space behind them", () => {
  const read = (typed) => sweptValues(PERIOD, typed);
  assert.deepEqual(["1,000", "100,200,300", "1,000, 2,000", "1,000;2,000", "100, 200, 300", "7,14,21"].map(read), [
    ...[[1_000], [100_200_300], [1_000, 2_000], [1_000, 2_000], [100, 200, 300], [7, 14, 21]],
  ]);
  assert.deepEqual(["100,200,300", "1,000, 2,000", "1,000;2,000"].map(isSwept), [false, true, true]);
  assert.ok(!("period" in sweptOf({ ...VALUES, parameters: { period: "1,000" } }, RSI.parameters)));
});

test("a sweep has several values of some parameters, and one of each other", () => {
  const parameters = { ...VALUES.parameters, period: "7,14", low: "20 to 30 step 5" };
  const given = sweepGiven({ ...VALUES, parameters }, RSI.parameters, { train: "7", test: "2", step: "" });
  assert.deepEqual(given.parameters, { period: [7, 14], low: [20, 25, 30] });
  assert.deepEqual(given.params, { side: "long", exit_at_end: true });
  assert.deepEqual(given.walk_forward, { train: 7, test: 2 });
  assert.ok(!("walk_forward" in sweepGiven(VALUES, RSI.parameters, null)));
});

test("it counts a sweep's runs before they are run", () => {
  const swept = (parameters) => countText(sweptOf({ ...VALUES, parameters }, RSI.parameters), 1_000);
  assert.equal(swept({ period: "7,14", low: "20,25,30" }), "6 runs.");
  assert.match(swept({ period: "14" }), /^Type several values .*, with a space after each comma/);
  assert.equal(swept({ period: "2 to 101", low: "1 to 50" }), "5,000 runs. A sweep has at most 1,000.");
});

test("the last days end with the last candle that has closed", () => {
  const now = START + DAY + 90_500;
  assert.deepEqual(lastDays(1, START + DAY + 65_000, "1m"), { start: START, end: START + DAY });
  assert.deepEqual(lastDays(1, now, "1m"), { start: START + 60_000, end: START + DAY + 60_000 });
  assert.deepEqual(lastDays(1, now, "1h"), { start: START, end: START + DAY });
  assert.deepEqual(lastDays(7, now, "1s"), { start: START - 6 * DAY + 60_000, end: START + DAY + 60_000 });
});

test("it shows times as the field has them, and gives them as the server reads them", () => {
  assert.deepEqual([fieldText(START), fieldText(NaN)], ["2026-11-21T00:00", ""]);
  assert.deepEqual(["2026-11-21T00:00", "2026-11-21T00:00:30", ""].map(momentTyped), [
    ...["2026-11-21T00:00:00.000Z", "2026-11-21T00:00:30.000Z", ""],
  ]);
});

test("it says what is stored, and what of the range has to be fetched", () => {
  const data = { symbol: "ETHUSDT", interval: "1m", start: START - 2 * DAY, end: START + DAY - 60_000, candles: 1_430, gaps: [{ start: START - DAY, end: START - 60_000 }], listed: true };
  assert.deepEqual(storedRange(data), { start: START - 2 * DAY, end: START + DAY });
  const within = storedText(data, { start: START, end: START + DAY });
  assert.equal(within, "Stored: 2026-11-19 00:00 to 2026-11-22 00:00, 1,430 candles, 1 gap.");
  assert.match(storedText(data, { start: START, end: START + 2 * DAY }), /What your range lacks is fetched first/);
  assert.match(storedText(data, { start: START - DAY, end: START }), /What your range lacks is fetched first/);
  assert.match(storedText({ ...data, start: null, end: null }, { start: NaN, end: NaN }), /^Nothing of it is stored yet/);
});

test("it tells in UTC what range is typed in another zone", () => {
  const range = { start: START, end: START + DAY };
  assert.equal(utcText(range), "");
  showIn("Europe/Berlin");
  assert.equal(utcText(range), "In UTC: 2026-11-21 00:00 to 2026-11-22 00:00.");
  assert.equal(utcText({ ...range, end: NaN }), "");
  showIn("UTC");
});
