import assert from "node:assert/strict";
import { test } from "node:test";
import { CATALOGUE } from "../../../../templates/static/dashboard/indicators/indicator_catalogue.js";
import { MOST_CHOSEN, added, choiceOf, colourOf, paintedLines, textOf } from "../../../../templates/static/dashboard/indicators/indicator_choice.js";
import { IndicatorRun } from "../../../../templates/static/dashboard/indicators/indicator_run.js";
import { RelativeStrengthIndex, SimpleMovingAverage } from "../../../../templates/static/dashboard/indicators/indicators.js";
import { sessionOf } from "../../../../templates/static/dashboard/indicators/vwap_sessions.js";

const MINUTE = 60_000;
const candle = (minute, close, volume = 1) => ({ time: minute * MINUTE, open: close, high: close, low: close, close, volume });

const entryOf = (wanted) => CATALOGUE.find(({ key }) => key === wanted);

function vwap(interval) {
  const entry = CATALOGUE.find(({ key }) => key === "vwap");
  return new IndicatorRun(() => entry.make({}, interval));
}

test("the newest candle's value follows its price, however often it changes", () => {
  const run = new IndicatorRun(() => new SimpleMovingAverage({ period: 2 }));
  run.all([candle(0, 10), candle(1, 20)]);
  assert.equal(run.next(candle(1, 30)).value, 20);
  assert.equal(run.next(candle(1, 40)).value, 25);
  assert.equal(run.next(candle(2, 60)).value, 50);
  assert.equal(run.at(MINUTE).value, 25);
});

test("the time that a candle takes doesn't grow with the history: no candle but the newest is looked at again", () => {
  let pushed = 0;
  let peeked = 0;
  const counting = { push: () => (pushed += 1), peek: () => ({ value: (peeked += 1) }) };
  const run = new IndicatorRun(() => counting);
  run.all(Array.from({ length: 1_000 }, (_, minute) => candle(minute, 1)));
  [pushed, peeked] = [0, 0];
  for (let update = 0; update < 100; update += 1) run.next(candle(999, update));
  assert.deepEqual([pushed, peeked], [0, 100]);
  run.next(candle(1_000, 1));
  assert.deepEqual([pushed, peeked], [1, 101]);
});

test("a market that does not move has the strength that alerts compute", () => {
  const run = new IndicatorRun(() => new RelativeStrengthIndex({ period: 2 }));
  assert.equal(run.all([candle(0, 5), candle(1, 5), candle(2, 5)]).at(-1).value, 0);
});

test("the volume-weighted average price begins anew with each session", () => {
  const day = 24 * 60;
  const values = vwap("1m").all([candle(0, 10, 1), candle(1, 20, 3), candle(day, 40, 1), candle(day + 1, 60, 1)]);
  assert.deepEqual(values.map(({ value }) => value), [10, 17.5, 40, 50]);
});

test("a session of which the beginning isn't there has no volume-weighted average price", () => {
  const day = 24 * 60;
  const values = vwap("1m").all([candle(5, 10), candle(6, 10), candle(day, 40)]);
  assert.deepEqual(values.map(({ value }) => value), [undefined, undefined, 40]);
});

test("sessions are longer where the candles are", () => {
  const time = Date.UTC(2026, 4, 17, 13, 45, 10);
  const starts = ["1s", "15m", "1d", "1w", "1M"].map((interval) => new Date(sessionOf(interval).startOf(time)).toISOString());
  assert.deepEqual(starts.map((start) => start.slice(0, 13)), [
    "2026-05-17T13", "2026-05-17T00", "2026-05-01T00", "2026-01-01T00", "2026-01-01T00",
  ]);
});

const names = (choice) => choice.map(({ entry, parameters }) => [entry.key, ...Object.values(parameters)]);

test("two moving averages are chosen where nobody has chosen yet", () => {
  assert.deepEqual(names(choiceOf(null)), [["sma", 20], ["ema", 50]]);
});

test("a choice is kept with its parameters and colours, several of one kind too", () => {
  const choice = choiceOf(null);
  choice.push(added(entryOf("sma"), choice));
  choice[2].parameters.period = 99;
  choice[2].colours["line-1"] = "line-7";
  const again = choiceOf(textOf(choice));
  assert.deepEqual(names(again), [["sma", 20], ["ema", 50], ["sma", 99]]);
  assert.deepEqual(again.map((each) => colourOf(each, each.entry.lines[0].colour)), ["line-1", "line-2", "line-7"]);
});

test("one more is painted as none of them is", () => {
  const choice = choiceOf(null);
  for (const key of ["ema", "wma", "macd"]) choice.push(added(entryOf(key), choice));
  const painted = choice.flatMap((each) => paintedLines(each.entry).map((colour) => colourOf(each, colour)));
  assert.equal(new Set(painted).size, painted.length);
});

test("no more are kept than the chart has room for", () => {
  const many = Array.from({ length: 3 * MOST_CHOSEN }, () => ({ key: "sma" }));
  assert.equal(choiceOf(JSON.stringify(many)).length, MOST_CHOSEN);
});

test("a choice of one of each kind, as it was kept formerly, is read", () => {
  const former = { sma: { on: false, parameters: { period: 9 } }, rsi: { on: true, parameters: { period: 7 } } };
  assert.deepEqual(names(choiceOf(JSON.stringify(former))), [["rsi", 7]]);
});

test("what isn't an indicator, a parameter or a colour is left out, and the rest stays", () => {
  const kept = [null, { key: "nothing" }, { key: "bollinger", parameters: { period: 1e9, deviations: 2.5 }, colours: { "line-3": "url(x)" } }];
  const choice = choiceOf(JSON.stringify(kept));
  assert.deepEqual(names(choice), [["bollinger", 20, 2.5]]);
  assert.deepEqual(choice[0].colours, {});
});

for (const text of ["not json", "null", "7", '{"sma": null}', '{"sma": {"parameters": {"period": -3}}}']) {
  test(`a choice that was kept as ${text} is as at the beginning`, () => {
    assert.deepEqual(textOf(choiceOf(text)), textOf(choiceOf(null)));
  });
}
