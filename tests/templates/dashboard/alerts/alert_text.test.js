import assert from "node:assert/strict";
import { test } from "node:test";
import {
  conditionText,
  conditionsText,
  distanceText,
  durationText,
  firingText,
  isNamedByItself,
  nameOf,
  numberText,
  stateText,
  testText,
  valueText,
} from "../../../../templates/static/dashboard/alerts/alert_text.js";

const PRICE = { source: "price", field: "price", operator: "crossing", threshold: 97_500 };
const MACD = { source: "indicator", indicator: "macd", field: "signal", interval: "1h", operator: "above", threshold: 0 };

test("it says a condition as a sentence, prices as exactly as the market has them", () => {
  assert.equal(conditionText(PRICE, 0.01), "Price crosses 97,500.00");
  assert.equal(conditionText({ ...PRICE, operator: "inside", lower: 1, upper: 2.5 }, 0.1), "Price is inside the range 1.0 to 2.5");
  assert.equal(conditionText({ ...PRICE, operator: "moving_down", percent: 2.5, window: 300 }, 0.01), "Price falls by 2.5 % within 5 minutes");
  assert.equal(conditionText({ ...MACD, parameters: { fast: 12, slow: 26, signal: 9 } }), "MACD 12 26 9 signal (1h) is above 0");
  assert.equal(conditionText({ ...PRICE, source: "ticker", field: "change_percent", operator: "below", threshold: -3 }), "Change in %, 24 h is below −3");
});

test("it says whether a rule is done by firing, or its time was over before", () => {
  const ended = { enabled: true, state: "expired", state_since: "2026-11-20T12:00:00Z" };
  const said = (/** @type {object} */ rule) => stateText({ ...ended, ...rule });
  assert.deepEqual([said({}), said({ expires: null }), said({ expires: "2026-11-20T12:00:00.001Z" })], ["Done", "Done", "Done"]);
  assert.deepEqual([said({ expires: "2026-11-20T12:00:00Z" }), said({ expires: Date.UTC(2026, 10, 20, 11) })], ["Expired", "Expired"]);
  assert.equal(said({ enabled: false, expires: "2026-11-20T12:00:00Z" }), "Off");
});

test("it says between which prices a line was drawn", () => {
  const line = { start: { time: 0, price: 64_000 }, end: { time: 60_000, price: "65000.5" } };
  const onLine = { ...PRICE, operator: "crossing_up", threshold: null, line };
  assert.equal(conditionText(onLine, 0.01), "Price crosses upwards the line 64,000.00 → 65,000.50");
  assert.equal(nameOf(onLine, "BTCUSDT", 0.1), "BTCUSDT crosses upwards the line 64,000.0 → 65,000.5");
});

test("it says which other series a level is", () => {
  const sma = { source: "indicator", indicator: "sma", field: "value", interval: "5m", parameters: { period: 20 } };
  const onAverage = { ...PRICE, operator: "crossing_up", threshold: null, level_source: sma };
  assert.equal(conditionText(onAverage, 0.01), "Price crosses upwards SMA 20 (5m)");
  assert.equal(nameOf(onAverage, "BTCUSDT", 0.1), "BTCUSDT crosses upwards SMA 20 (5m)");
  assert.equal(conditionText({ ...sma, operator: "below", level_source: { source: "price", field: "price" } }), "SMA 20 (5m) is below price");
  const signal = { source: "indicator", indicator: "macd", field: "signal", interval: "1h", parameters: { fast: 12, slow: 26, signal: 9 } };
  assert.equal(conditionText({ ...signal, field: "macd", operator: "crossing", level_source: signal }), "MACD 12 26 9 line (1h) crosses MACD 12 26 9 signal (1h)");
});

test("it says which wallet or transaction a rule is about", () => {
  const ofWallet = { source: "wallet", chain: "ethereum", address: "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", field: "outgoing", operator: "at_least", threshold: 2.5 };
  assert.equal(conditionText(ofWallet), "Outgoing amount of 0x5aAeb6…1BeAed on ethereum is at least 2.5");
  const ofTransaction = { source: "wallet", chain: "ethereum", tx: "0x12", field: "confirmations", operator: "at_least", threshold: 3 };
  assert.equal(conditionText(ofTransaction), "Transaction 0x12 on ethereum has at least 3 confirmations");
  assert.equal(conditionText({ ...ofTransaction, field: "dropped" }), "Transaction 0x12 on ethereum is dropped");
  assert.equal(conditionText({ ...ofWallet, field: "failed" }), "A transaction of 0x5aAeb6…1BeAed on ethereum fails");
  assert.equal(stateText({ enabled: true, state: "armed", source: "wallet", error: "0x12 is watched no longer" }), "Watched no longer");
});

test("it says whose signals are meant, which, and how sure they must be", () => {
  const signals = { source: "strategy", operator: "at_least", threshold: 0.6, action: "buy" };
  assert.equal(conditionText(signals), "A public strategy says buy with a confidence of at least 0.6");
  assert.equal(conditionText({ ...signals, strategy: "strat_a", action: null, threshold: 0 }), "Your strategy gives a signal");
  assert.equal(nameOf(signals, "BTCUSDT"), "BTCUSDT: A public strategy says buy with a confidence of at least 0.6");
});

test("it joins several conditions by what combines them", () => {
  assert.equal(conditionsText([PRICE, PRICE], "all", 1), "Price crosses 97,500 and price crosses 97,500");
  assert.equal(conditionsText([PRICE, PRICE], "any", 1), "Price crosses 97,500 or price crosses 97,500");
});

test("it writes all digits of a number, without an exponent", () => {
  assert.deepEqual([numberText(1e-7), numberText("0.125", 0.1), numberText(null), numberText(-5)], ["0.0000001", "0.125", "–", "−5"]);
});

test("an indicator's value has six digits, as in the text of a firing, whatever else all of its own", () => {
  const [rsi, atr, price] = [["indicator", 42.83237265], ["indicator", 1.23456789e-6], ["ticker", 94671.12345678]];
  const texts = [rsi, atr, price].map(([source, value]) => valueText({ source }, value));
  assert.deepEqual(texts, ["42.8324", "0.00000123", "94,671.12345678"]);
});

test("a firing's price and level have the decimals of their market at least, what is no price has none of these", () => {
  const fired = { condition: 0, value: 94671.1, threshold: 94700, late: false, simulated: false, suppressed: 0, fired_at: 0 };
  assert.equal(firingText(fired, PRICE, "0.01"), "94,671.10, level 94,700.00");
  assert.equal(firingText({ ...fired, threshold: null, late: true }, { ...PRICE, source: "candle", field: "high" }, "0.01"), "94,671.10, late");
  assert.equal(firingText(fired, { ...PRICE, source: "candle", field: "volume" }, "0.01"), "94,671.1, level 94,700");
  const rsi = { source: "indicator", indicator: "rsi", operator: "above" };
  assert.equal(firingText({ ...fired, value: 71.30214589, threshold: 70 }, rsi, "0.01"), "71.3021, level 70");
  const average = { source: "indicator", indicator: "sma", interval: "1m" };
  assert.equal(firingText({ ...fired, threshold: 94700.126 }, { ...PRICE, level_source: average }, "0.01"), "94,671.10, level 94,700.13");
  assert.equal(valueText(average, 0.895712345, "0.0001"), "0.895712");
});

test("it names durations in their largest whole unit", () => {
  assert.deepEqual([1, 90, 300, 3_600, 172_800].map(durationText), ["1 second", "90 seconds", "5 minutes", "1 hour", "2 days"]);
});

test("it tells how far a level is away", () => {
  assert.equal(distanceText(100, 101.5, 0.01), "+1.50% (+1.50)");
  assert.equal(distanceText(100, 90, 0.1), "−10.00% (−10.0)");
  assert.equal(distanceText(NaN, 90, 0.1), "–");
});

test("it calls a rule that is switched off so, whatever it did last", () => {
  assert.equal(stateText({ enabled: true, state: "armed", source: "strategy", error: "the strategy strat_a has ended" }), "Strategy ended");
  assert.deepEqual([stateText({ enabled: false, state: "armed" }), stateText({ enabled: true, state: "no_data" })], ["Off", "No data"]);
});

test("it knows the names that it has given itself", () => {
  const rule = { ...PRICE, symbol: "BTCUSDT", name: nameOf(PRICE, "BTCUSDT", 0.01) };
  assert.equal(rule.name, "BTCUSDT crosses 97,500.00");
  assert.deepEqual([isNamedByItself(rule, 0.01), isNamedByItself({ ...rule, name: "Mine" }, 0.01)], [true, false]);
});

test("it tells the outcome of a test, the newest times first", () => {
  const times = ["2026-11-20T08:05:00.000Z", "2026-11-20T09:10:00.000Z", "2026-11-20T10:15:00.000Z"];
  assert.equal(testText({ would_fire: 0, times: [] }), "It would not have fired within the last day.");
  assert.equal(testText({ would_fire: 1, times: times.slice(0, 1) }), "It would have fired once within the last day: at 2026-11-20 08:05 UTC.");
  assert.equal(testText({ would_fire: 3, times }), "It would have fired 3 times within the last day: at 2026-11-20 10:15, 2026-11-20 09:10, 2026-11-20 08:05 UTC.");
  assert.match(testText({ would_fire: 9, times }), /^It would have fired 9 times .*, before that more often\.$/);
});
