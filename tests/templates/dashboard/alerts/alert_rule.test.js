import assert from "node:assert/strict";
import { test } from "node:test";
import { fired, inOrder, isDone, mayFire, levelsOf, moved, withLevel, withRule } from "../../../../templates/static/dashboard/alerts/alert_rule.js";

const NOTHING = { interval: null, indicator: "", parameters: {}, lower: null, upper: null, amount: null, percent: null };
const CROSSING = { ...NOTHING, source: "price", field: "price", operator: "crossing", threshold: 100, window: null, hysteresis: 0 };
const WITHIN = { ...CROSSING, operator: "inside", threshold: null, lower: 90, upper: 110 };
const RSI = { ...CROSSING, source: "indicator", field: "value", indicator: "rsi", interval: "1m", operator: "above", threshold: 70 };
const ruleOf = (conditions, more = {}) => ({
  ...{ id: 7, name: "A", symbol: "BTCUSDT", enabled: true, state: "armed", combine: "all", firings: 0 },
  ...{ ...conditions[0], conditions, ...more },
});

test("it draws each price that a rule looks at, and nothing of another scale", () => {
  assert.deepEqual(levelsOf(ruleOf([CROSSING])), [{ rule: 7, condition: 0, operand: "threshold", price: 100 }]);
  assert.deepEqual(levelsOf(ruleOf([RSI, WITHIN])).map(({ condition, operand, price }) => [condition, operand, price]), [
    [1, "lower", 90],
    [1, "upper", 110],
  ]);
  assert.deepEqual(levelsOf(ruleOf([{ ...CROSSING, operator: "moving_up", threshold: null, percent: 2, window: 60 }])), []);
  assert.deepEqual(levelsOf(ruleOf([{ ...CROSSING, source: "ticker", field: "volume" }])), []);
  assert.equal(levelsOf(ruleOf([{ ...CROSSING, source: "indicator", indicator: "ema" }])).length, 1);
});

test("it draws no level of a line: that moves with time", () => {
  const line = { start: { time: 0, price: 90 }, end: { time: 60_000, price: 100 } };
  assert.deepEqual(levelsOf(ruleOf([{ ...CROSSING, threshold: null, line }])), []);
});

test("it draws no level that is another series, and keeps it where another condition's level is moved", () => {
  const onAverage = { ...CROSSING, threshold: null, level_source: { source: "indicator", indicator: "sma", interval: "5m" } };
  assert.deepEqual(levelsOf(ruleOf([onAverage])), []);
  const rule = ruleOf([onAverage, CROSSING]);
  assert.deepEqual(moved(rule, levelsOf(rule)[0], "101.00").conditions[0].level_source, onAverage.level_source);
});

test("it moves the level of a rule with one condition by that level alone", () => {
  const rule = ruleOf([WITHIN]);
  assert.deepEqual(moved(rule, levelsOf(rule)[1], "112.50"), { upper: "112.50" });
});

test("it moves the level of one condition among others by telling all of them, without what there is none of", () => {
  const rule = ruleOf([RSI, CROSSING], { id: 9 });
  assert.deepEqual(moved(rule, levelsOf(rule)[0], "101.00"), {
    conditions: [
      { source: "indicator", field: "value", interval: "1m", indicator: "rsi", parameters: {}, operator: "above", threshold: 70, hysteresis: 0 },
      { source: "price", field: "price", parameters: {}, operator: "crossing", threshold: "101.00", hysteresis: 0 },
    ],
  });
});

test("it shows a moved level at once, in the condition and flat", () => {
  const rule = ruleOf([CROSSING, WITHIN]);
  const [first, , upper] = levelsOf(rule);
  assert.deepEqual(levelsOf(withLevel(rule, first, "99.5")).map(({ price }) => price), [99.5, 90, 110]);
  assert.equal(withLevel(rule, first, "99.5").threshold, 99.5);
  assert.deepEqual(levelsOf(withLevel(rule, upper, "120")).map(({ price }) => price), [100, 90, 120]);
  assert.equal(withLevel(rule, upper, "120").threshold, 100);
});

test("it takes from a firing what the rule does now, and leaves other rules alone", () => {
  const [one, other] = fired([ruleOf([CROSSING]), ruleOf([CROSSING], { id: 8 })], { rule: 7, state: "expired", value: 101, firedAt: "t" });
  assert.deepEqual([one.state, one.last_value, one.firings, one.last_fired_at], ["expired", 101, 1, "t"]);
  assert.deepEqual([other.state, other.firings], ["armed", 0]);
});

test("it counts no firing twice that the rule was read after", () => {
  const [at, next] = ["2026-11-25T12:00:00.250Z", "2026-11-25T12:05:00.250Z"];
  const read = [ruleOf([CROSSING], { firings: 1, last_fired_at: at })];
  const told = (/** @type {string} */ firedAt) => fired(read, { rule: 7, state: "armed", value: 101, firedAt })[0];
  assert.deepEqual([told(at).firings, told(next).firings], [1, 2]);
});

test("it puts an answer in the rule's place, and a new rule first", () => {
  const rules = [ruleOf([CROSSING], { id: 2 }), ruleOf([CROSSING], { id: 1 })];
  assert.deepEqual(withRule(rules, ruleOf([CROSSING], { id: 1, name: "B" })).map(({ id, name }) => [id, name]), [[2, "A"], [1, "B"]]);
  assert.deepEqual(withRule(rules, ruleOf([CROSSING], { id: 3 })).map(({ id }) => id), [3, 2, 1]);
});

test("it lists the chosen market first, each market's newest before its older ones", () => {
  const rules = [1, 2, 3, 4].map((id) => ruleOf([CROSSING], { id, symbol: id % 2 ? "ETHUSDT" : "BTCUSDT" }));
  assert.deepEqual(inOrder(rules, "ETHUSDT").map(({ id }) => id), [3, 1, 4, 2]);
});

test("a rule may fire unless it is off or has fired for the last time", () => {
  const fires = (more) => mayFire(ruleOf([CROSSING], more));
  assert.deepEqual([fires({}), fires({ state: "cooling" }), fires({ enabled: false }), fires({ state: "expired" })], [true, true, false, false]);
});

test("what is off or has failed may be switched on where it is; what has fired for the last time is done", () => {
  const done = (more) => isDone(ruleOf([CROSSING], more));
  assert.deepEqual([done({}), done({ enabled: false }), done({ state: "error" }), done({ state: "expired" })], [false, false, false, true]);
});
