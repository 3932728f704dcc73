import assert from "node:assert/strict";
import { test } from "node:test";
import { NEW_CONDITION, conditionGiven, ruleGiven, valuesOfRule } from "../../../../templates/static/dashboard/alerts/alert_form_values.js";
import { showIn } from "../../../../templates/static/shared/time_zone/shown_zone.js";

const VALUES = {
  ...{ symbol: "BTCUSDT", name: "Up", conditions: [{ ...NEW_CONDITION, threshold: "97500.10" }], combine: "all" },
  ...{ trigger: "once", cooldown: "", expires: "", maxFirings: "", severity: "info", channels: [], template: "" },
};
const given = (change) => conditionGiven({ ...NEW_CONDITION, ...change }, "once");

test("it gives a price rule as the command takes it, the number as it was typed", () => {
  assert.deepEqual(ruleGiven(VALUES), {
    ...{ symbol: "BTCUSDT", name: "Up", trigger: "once", severity: "info", channels: [] },
    ...{ source: "price", operator: "crossing", threshold: "97500.10" },
  });
});

test("it gives of a condition only what belongs to its source and its operator", () => {
  const typed = { threshold: "1", lower: "2", upper: "3", by: "4", hysteresis: "5" };
  assert.equal(given({ ...typed, operator: "inside", hysteresis: "1,000" }).hysteresis, "1000");
  assert.deepEqual(given({ ...typed, operator: "crossing_up" }), { source: "price", operator: "crossing_up", threshold: "1" });
  assert.deepEqual(given({ ...typed, operator: "inside" }), { source: "price", operator: "inside", lower: "2", upper: "3", hysteresis: "5" });
  assert.deepEqual(given({ ...typed, operator: "moving_up", window: "1.5", windowUnit: "hours" }), {
    ...{ source: "price", operator: "moving_up", percent: "4", window: 5_400, hysteresis: "5" },
  });
  assert.deepEqual(given({ ...typed, source: "ticker", field: "volume", interval: "5m" }), {
    ...{ source: "ticker", field: "volume", operator: "crossing", threshold: "1" },
  });
  assert.deepEqual(given({ ...typed, source: "indicator", field: "signal", indicator: "macd", interval: "1h", parameters: { fast: "5" } }), {
    ...{ source: "indicator", field: "signal", interval: "1h", indicator: "macd", parameters: { fast: "5", slow: "26", signal: "9" } },
    ...{ operator: "crossing", threshold: "1" },
  });
});

test("it gives a line in place of a level, and keeps that of a rule that there is", () => {
  const line = { start: { time: 1, price: "64000.10" }, end: { time: 5_000, price: "65000" } };
  assert.deepEqual(given({ line, threshold: "7", operator: "above" }), { source: "price", operator: "above", line });
  assert.deepEqual(given({ line, lower: "2", upper: "3", operator: "inside" }), { source: "price", operator: "inside", lower: "2", upper: "3" });
  const rule = { ...{ id: 4, name: "A", symbol: "BTCUSDT", source: "price", operator: "crossing" }, line, threshold: null, enabled: true, state: "armed" };
  assert.deepEqual(ruleGiven(valuesOfRule(rule), { id: 4 }).line, line);
});

test("it gives another series in place of a level, and keeps that of a rule that there is", () => {
  const level = { source: "indicator", field: "value", interval: "5m", indicator: "ema", parameters: { period: "1,000" } };
  const ema = { source: "indicator", field: "value", interval: "5m", indicator: "ema", parameters: { period: "1000" } };
  assert.deepEqual(given({ level, threshold: "7", operator: "crossing_up" }), { source: "price", operator: "crossing_up", level_source: ema });
  assert.deepEqual(given({ level, lower: "2", upper: "3", operator: "inside" }), { source: "price", operator: "inside", lower: "2", upper: "3" });
  assert.deepEqual(given({ level: { ...level, source: "price" } }).level_source, { source: "price" });
  assert.deepEqual(given({ level: { ...level, source: "candle", field: "high" } }).level_source, { source: "candle", field: "high", interval: "5m" });
  const atClose = conditionGiven({ ...NEW_CONDITION, level, interval: "1h" }, "once_per_candle_close");
  assert.deepEqual([atClose.interval, atClose.level_source.interval], ["1h", "1h"]);
  const rule = { ...{ id: 4, name: "A", symbol: "BTCUSDT", source: "price", operator: "crossing" }, level_source: ema, threshold: null, enabled: true, state: "armed" };
  assert.deepEqual(ruleGiven(valuesOfRule(rule), { id: 4 }).level_source, ema);
  const told = { ...rule, level_source: { source: "ticker", field: "open", interval: null, indicator: "", parameters: {} } };
  assert.deepEqual(ruleGiven(valuesOfRule(told), { id: 4 }).level_source, { source: "ticker", field: "open" });
});

test("it gives no market where a rule is about all that one holds; one that there is keeps the market that it has", () => {
  const ofField = (/** @type {string} */ field) => ({ ...VALUES, conditions: [{ ...NEW_CONDITION, source: "portfolio", field, threshold: "900" }] });
  assert.ok(!("symbol" in ruleGiven(ofField("equity"))));
  assert.equal(ruleGiven(ofField("equity"), { id: 4 }).symbol, "BTCUSDT");
  assert.equal(ruleGiven(ofField("unrealized_pnl")).symbol, "BTCUSDT");
});

test("it gives of signals whose and which are meant, and how sure they must be; without a market where they are one's own", () => {
  const typed = { source: "strategy", field: "price", interval: "1m", operator: "at_least", threshold: "0.60", hysteresis: "5" };
  const own = { ...typed, strategy: "strat_a", action: "buy" };
  const comparison = { source: "strategy", operator: "at_least", threshold: "0.60" };
  assert.deepEqual(given(typed), comparison);
  assert.deepEqual(given(own), { ...comparison, strategy: "strat_a", action: "buy" });
  const symbolOf = (/** @type {object} */ condition) => ruleGiven({ ...VALUES, conditions: [{ ...NEW_CONDITION, ...condition }] }).symbol;
  assert.deepEqual([symbolOf(typed), symbolOf(own)], ["BTCUSDT", undefined]);
  const [shown] = valuesOfRule({ id: 1, ...VALUES, conditions: [{ ...comparison, strategy: "strat_a", action: null }] }).conditions;
  assert.deepEqual([shown.strategy, shown.action, shown.threshold], ["strat_a", "", "0.60"]);
});

test("it gives of a wallet whose and how much, of a transaction which, and no amount where it fails", () => {
  const watched = { source: "wallet", chain: "ethereum", address: "0xAb", token: "0xA0", tx: "0x12", operator: "at_least", threshold: "3" };
  const onChain = { source: "wallet", operator: "at_least", chain: "ethereum" };
  assert.deepEqual(given({ ...watched, field: "incoming", hysteresis: "1" }), { ...onChain, field: "incoming", address: "0xAb", token: "0xA0", threshold: "3" });
  assert.deepEqual(given({ ...watched, field: "confirmations" }), { ...onChain, field: "confirmations", tx: "0x12", threshold: "3" });
  assert.deepEqual(given({ ...watched, field: "failed" }), { ...onChain, field: "failed", tx: "0x12" });
  assert.deepEqual(given({ ...watched, field: "failed", tx: "" }), { ...onChain, field: "failed", address: "0xAb" });
  assert.equal(given({ ...watched, field: "balance", operator: "below", hysteresis: "1" }).hysteresis, "1");
  const ofWallet = { id: 1, ...VALUES, conditions: [{ ...onChain, field: "incoming", address: "0xAb", token: "", tx: "", threshold: 3 }] };
  assert.deepEqual(ruleGiven({ ...valuesOfRule(ofWallet), name: "In" }).address, "0xAb");
  assert.ok(!("symbol" in ruleGiven(valuesOfRule(ofWallet))));
});

test("it gives the candles' interval to a price that is judged at their close", () => {
  assert.equal(conditionGiven({ ...NEW_CONDITION, interval: "15m" }, "once_per_candle_close").interval, "15m");
});

test("it leaves what is no number to the server to refuse", () => {
  assert.equal(given({ threshold: "many" }).threshold, "many");
  assert.equal(given({ operator: "moving_down", by: "1", window: "soon" }).window, "soon");
  assert.equal(ruleGiven({ ...VALUES, trigger: "every_time", cooldown: "often" }).cooldown, "often");
  assert.ok(!("threshold" in given({ threshold: "" })));
});

test("it gives several conditions as a list", () => {
  const two = { ...VALUES, combine: "any", conditions: [VALUES.conditions[0], { ...NEW_CONDITION, operator: "above", threshold: "2" }] };
  const { conditions, combine, source } = ruleGiven(two);
  assert.deepEqual([conditions.map(({ operator }) => operator), combine, source], [["crossing", "above"], "any", undefined]);
});

test("it gives times in UTC, cool-downs in seconds, and takes away what was emptied of a rule that there is", () => {
  const full = { ...VALUES, trigger: "every_time", cooldown: "2.5", expires: "2026-12-01T08:30", maxFirings: "3", template: "{rule}" };
  const { cooldown, expires, max_firings: most, template } = ruleGiven(full, { id: 4 });
  assert.deepEqual([cooldown, expires, most, template], [150, "2026-12-01T08:30:00.000Z", "3", "{rule}"]);
  const emptied = ruleGiven(VALUES, { id: 4 });
  assert.deepEqual([emptied.id, emptied.cooldown, emptied.expires, emptied.max_firings, emptied.template], [4, 0, null, null, ""]);
});

test("an expiry whose field nobody has changed stays to the millisecond, in the hour of autumn that comes twice, too", (context) => {
  context.after(() => showIn("UTC"));
  const rule = (/** @type {string | number} */ expires) => /** @type {any} */ ({ ...VALUES, id: 4, enabled: true, state: "armed", expires });
  const kept = (/** @type {string | number} */ expires) => ruleGiven(valuesOfRule(rule(expires)), rule(expires)).expires;
  assert.equal(kept("2026-12-01T08:30:59.250Z"), "2026-12-01T08:30:59.250Z");
  assert.equal(kept(Date.parse("2026-12-01T08:30:59Z")), "2026-12-01T08:30:59.000Z");
  showIn("Europe/Berlin");
  assert.deepEqual(["2026-10-25T00:30:00.000Z", "2026-10-25T01:30:00.000Z"].map(kept), ["2026-10-25T00:30:00.000Z", "2026-10-25T01:30:00.000Z"]);
  const late = rule("2026-12-01T08:30:59Z");
  assert.equal(ruleGiven({ ...valuesOfRule(late), expires: "2026-12-01T09:31" }, late).expires, "2026-12-01T08:31:00.000Z");
  assert.equal(ruleGiven({ ...valuesOfRule(late), expires: "" }, late).expires, null);
});

test("it shows a rule of the server's in the fields that give the same rule again", () => {
  const condition = {
    ...{ source: "indicator", field: "upper", interval: "5m", indicator: "bollinger", parameters: { period: 20, deviations: 2.5 } },
    ...{ operator: "moving_up", threshold: null, lower: null, upper: null, amount: 0.0000001, percent: null, window: 7_200, hysteresis: 0.5 },
  };
  const rule = {
    ...{ ...condition, id: 4, name: "Up", symbol: "BTCUSDT", enabled: true, state: "armed", combine: "all", conditions: [condition] },
    ...{ trigger: "every_time", cooldown: 90, expires: "2026-12-01T08:30:00.000Z", max_firings: 3, severity: "warning", channels: ["email"], template: "{rule}" },
  };
  assert.deepEqual(ruleGiven(valuesOfRule(rule), { id: 4 }), {
    ...{ id: 4, symbol: "BTCUSDT", name: "Up", trigger: "every_time", severity: "warning", channels: ["email"], template: "{rule}" },
    ...{ source: "indicator", field: "upper", interval: "5m", indicator: "bollinger", parameters: { period: "20", deviations: "2.5" } },
    ...{ operator: "moving_up", amount: "0.0000001", window: 7_200, hysteresis: "0.5" },
    ...{ cooldown: 90, expires: "2026-12-01T08:30:00.000Z", max_firings: "3" },
  });
});
