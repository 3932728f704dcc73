import assert from "node:assert/strict";
import { test } from "node:test";
import { INDICATORS } from "../../../../templates/static/dashboard/alerts/alert_catalogue.js";
import { fittingLevel, levelFor, levelGiven } from "../../../../templates/static/dashboard/alerts/level_series.js";

const CLOSE = "once_per_candle_close";
const looked = (change) => ({ source: "indicator", field: "value", interval: "1h", indicator: "rsi", parameters: {}, ...change });
const given = (condition, trigger) => levelGiven(levelFor(condition, trigger), condition, trigger);

for (const trigger of ["once", "every_time", CLOSE]) {
  test(`what it suggests is never what is compared with it: ${trigger}`, () => {
    const ofIndicators = INDICATORS.flatMap(({ key, outputs }) => outputs.map(([field]) => looked({ indicator: key, field })));
    const others = ["price", "ticker", "candle"].map((source) => looked({ source, field: source === "candle" ? "volume" : "price" }));
    for (const condition of [...ofIndicators, ...others]) {
      assert.notDeepEqual(given(condition, trigger), levelGiven(condition, condition, trigger), `${condition.source} ${condition.indicator} ${condition.field}`);
    }
  });
}

test("at a candle's close it suggests the same indicator over twice its period, or half where none is so long", () => {
  const periodOf = (period) => given(looked({ parameters: { period } }), CLOSE).parameters.period;
  assert.deepEqual(given(looked({}), CLOSE), { source: "indicator", field: "value", interval: "1h", indicator: "rsi", parameters: { period: "28" } });
  assert.deepEqual(["21", "100", "101", "200", "", "many", "-3", "2.5"].map(periodOf), ["42", "200", "50", "100", "28", "28", "28", "28"]);
});

test("before a close it suggests the same indicator of longer candles", () => {
  assert.deepEqual([levelFor(looked({}), "once").interval, levelFor(looked({ interval: "5m" }), "once").interval], ["4h", "1h"]);
});

test("it takes another level only where the two can't be compared", () => {
  const level = levelFor(looked({}), "once");
  assert.equal(fittingLevel(level, looked({}), "once"), level);
  for (const field of ["value", ""]) {
    assert.deepEqual(fittingLevel(level, looked({ field }), CLOSE).parameters, { period: "28" }); // it was of longer candles, and is of the same now
  }
  assert.equal(fittingLevel(level, looked({ parameters: { period: "7" } }), CLOSE), level);
  assert.equal(fittingLevel(level, looked({ indicator: "ema" }), "once").indicator, "sma");
  assert.equal(fittingLevel(looked({ indicator: "sma", parameters: { period: "20" } }), looked({ indicator: "sma" }), "once").indicator, "ema");
});
