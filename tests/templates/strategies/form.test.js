import { addPart } from "../page_in_node.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { backtestAddress, backtestGiven } from "../../../templates/static/shared/strategies/backtest_address.js";
import { startSentences, strategyGiven, valuesOf } from "../../../templates/static/strategies/form/strategy_given.js";
import { KIND, backtest, strategy } from "./fixtures.js";

addPart("../../strategies/includes/new.html");
const { StrategyForm } = await import("../../../templates/static/strategies/form/strategy_form.js");

const SYMBOL = { symbol: "BTCUSDT", base: "BTC", quote: "USDT", tickSize: "0.01" };
const OTHER = { name: "buy_and_hold", title: "Buy and hold", description: "Buys once.", parameters: [] };
const byId = (id) => document.getElementById(id);
const nothing = () => undefined;

/** @type {any[]} */
let submitted;
/** @type {InstanceType<typeof StrategyForm>} */
let form;

beforeEach(() => {
  submitted = [];
  byId("strategy-form").replaceWith(byId("strategy-form").cloneNode(true)); // without the listeners of the test before
  form = new StrategyForm({ typed: nothing, market: nothing, account: nothing, submit: (given, title) => submitted.push([given, title]) });
  form.offerKinds(/** @type {any} */ ([OTHER, KIND]));
  form.offerSymbols(/** @type {any} */ ([SYMBOL]));
});

const type = (selector, value) => {
  const control = document.querySelector(selector);
  control.value = value;
  for (const name of ["input", "change"]) control.dispatchEvent(new (/** @type {any} */ (document.defaultView).Event)(name, { bubbles: true }));
};
const submit = () => byId("strategy-form").dispatchEvent(new (/** @type {any} */ (document.defaultView).Event)("submit", { cancelable: true }));

test("a kind is told in words, with a field for each of its parameters that says what it takes", () => {
  assert.deepEqual([byId("strategy-description").textContent, byId("parameters").querySelectorAll(".field").length], ["Buys once.", 0]);
  type("#strategy-strategy", "rsi_reversion");
  const [period] = byId("parameters").querySelectorAll(".field");
  assert.equal(byId("strategy-description").textContent, "Buys what has fallen too far.");
  assert.deepEqual([period.querySelector("label").textContent, period.querySelector("input").value, period.querySelector(".hint").textContent], ["Period", "14", "candles (2 to 500)"]);
});

test("what is typed is what is started, numbers as numbers, and what isn't is left to the server's defaults", () => {
  type("#strategy-strategy", "rsi_reversion");
  type("[data-path='params.period']", "10");
  type("[data-path='params.oversold']", "");
  type("#strategy-symbol", "btcusdt");
  submit();
  assert.deepEqual(submitted, [[{ strategy: "rsi_reversion", symbol: "BTCUSDT", interval: "1m", investment: 1000, params: { period: 10 } }, "RSI reversion"]]);
  const empty = { ...valuesOf(strategy()), investment: "" };
  assert.equal("investment" in strategyGiven(empty, []), false);
});

test("a refusal is told at its field, which it calls as the form does", () => {
  type("#strategy-strategy", "rsi_reversion");
  form.tell({ message: "Wrong parameters", fields: { "params.period": "period must be at least 2", mode: "no such mode" } });
  const period = document.querySelector("[data-path='params.period']");
  assert.deepEqual([period.getAttribute("aria-invalid"), period.closest(".field").querySelector(".field-problem").textContent], ["true", "Period must be at least 2"]);
  assert.equal(byId("strategy-problem").textContent, "No such mode.");
});

test("a former strategy fills the form, and its backtest is a link to the same", () => {
  form.fill(valuesOf(/** @type {any} */ (strategy())));
  const address = byId("strategy-backtest").getAttribute("href");
  assert.deepEqual(backtestGiven({ search: address.slice(address.indexOf("?")) }), {
    ...{ strategy: "rsi_reversion", symbol: "BTCUSDT", interval: "1m", capital: "500" },
    parameters: { period: "10", oversold: "30" },
  });
});

test("a backtest fills the form and stands beside it with what it came to, until it is dropped or the kind is another", () => {
  const given = () => {
    submitted = [];
    submit();
    return submitted[0][0];
  };
  form.copy(/** @type {any} */ (backtest()));
  assert.equal(byId("copied").hidden, false);
  assert.match(byId("copied").textContent, /As in the backtest of RSI reversion on BTCUSDT, 1m.*Total return\+1\.25%/s);
  const { backtest_id: id, investment, params } = given();
  assert.deepEqual([id, investment, params], ["bt_a", 500, { period: 10, oversold: 30 }]);
  type("[data-path='params.period']", "12");
  assert.equal(given().backtest_id, "bt_a");
  type("#strategy-strategy", "buy_and_hold");
  assert.deepEqual([byId("copied").hidden, "backtest_id" in given()], [true, false]);
  form.copy(/** @type {any} */ (backtest({ metrics: null })));
  byId("copied-drop").click();
  assert.deepEqual([byId("copied").hidden, "backtest_id" in given()], [true, false]);
});

test("an address gives a backtest what it names and nothing else", () => {
  assert.deepEqual(backtestGiven({ search: "" }), {});
  assert.deepEqual(backtestGiven({ search: "?strategy=a&interval=7m&id=1&params.=1&params.a-b=2" }), { strategy: "a" });
  assert.equal(backtestAddress({ strategy: "a", symbol: "BTCUSDT", interval: "1m", capital: " ", parameters: { name: "a&b" } }), "/backtests/?strategy=a&symbol=BTCUSDT&interval=1m&params.name=a%26b");
});

test("before it is started it says what it takes", () => {
  const given = { symbol: "BTCUSDT", interval: "5m", investment: 500, params: { period: 10 } };
  assert.deepEqual(startSentences(given, { title: "RSI reversion", quote: "USDT", account: "Second" }).slice(0, 3), [
    ...["RSI reversion decides at each candle of 5 minutes of BTCUSDT that closes.", "Its parameters: Period 10."],
    "It takes 500.00 USDT of your paper account Second: no real money.",
  ]);
  const small = { ...given, symbol: "ETHBTC", investment: 0.005 };
  assert.equal(startSentences(small, { title: "RSI reversion", quote: "BTC", account: "" })[2], "It takes 0.00500000 BTC of your paper account: no real money.");
});
