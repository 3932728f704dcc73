import { addPart } from "../../page_in_node.js";
import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { StateSync } from "../../../../clients/javascript/src/state_sync.js";
import { OwnConnection, answer, refusal } from "../../../../clients/javascript/tests/own_connection.js";
import { until } from "../../../../clients/javascript/tests/waiting.js";
import { AlertRules } from "../../../../templates/static/dashboard/alerts/alert_rules.js";
import { settled } from "../../settled.js";

addPart("alerts.html");
const { showIn } = await import("../../../../templates/static/shared/time_zone/shown_zone.js");
const { AlertDialog } = await import("../../../../templates/static/dashboard/alerts/alert_dialog.js");

/** @type {{action: string, given: any, answer: ReturnType<typeof answer>}[]} what the server was asked, oldest first */
const asked = [];
const channels = [];
globalThis.BroadcastChannel = class extends BroadcastChannel {
  constructor(name) {
    super(name);
    channels.push(this);
  }
};
const HASH = `0x${"12".repeat(32)}`;
const prices = { now: "" };
const MARKET = { tickSizeOf: () => "0.01", priceText: () => prices.now };
const LEVEL = '#alert-conditions [data-path="threshold"]';
const RULE = { id: 1, name: "BTCUSDT above 90", symbol: "BTCUSDT", enabled: true, state: "armed", updated: 1_000 };

/** @type {ReturnType<typeof answer>} whether any chain is followed, as the dialog asked when it was opened */
let chains;

function command(action, given) {
  const answered = answer();
  if (action === "wallet.chains") chains = answered;
  else asked.push({ action, given, answer: answered });
  return answered.promise;
}

const system = { client: { command }, stateSync: new StateSync(new OwnConnection()) };
const rules = new AlertRules(/** @type {any} */ (system), /** @type {any} */ ({}));
/** @type {any} what was asked before something was thrown away */
let question = null;
const dialog = new AlertDialog(rules, MARKET, { ask: (asks) => (question = asks) });

const byId = (id) => document.getElementById(id);
const happen = (id, name) => byId(id).dispatchEvent(new document.defaultView.Event(name, { cancelable: true }));
const isBusy = (id) => byId(id).hasAttribute("aria-disabled");
const said = () => [byId("alert-problem"), byId("alert-test-result")].map(({ textContent }) => textContent);

/** @param {string} name @param {string} value of a choice in the first condition */
function choose(name, value) {
  const select = document.querySelector(`#alert-conditions [data-path="${name}"]`);
  select.value = value;
  select.dispatchEvent(new document.defaultView.Event("change"));
}

/** @returns {string[]} what the first condition may look at */
function sources() {
  const select = /** @type {HTMLSelectElement} */ (document.querySelector('#alert-conditions [data-path="source"]'));
  return [...select.options].map(({ value }) => value);
}

/** @param {object[]} items the chains that are followed, as the server tells them */
async function tellChains(items) {
  chains.resolve({ items });
  await settled();
}

/** Give the form, or try it out, and return what the server is asked then. */
function save() {
  happen("alert-form", "submit");
  return asked.at(-1);
}

function tryOut() {
  happen("alert-test", "click");
  return asked.at(-1);
}

/** @param {boolean} onLine as the browser says it is */
function withNetwork(onLine) {
  Object.defineProperty(globalThis, "navigator", { value: { onLine }, configurable: true });
}

beforeEach(() => {
  asked.length = 0;
  question = null;
  dialog.close();
  dialog.create("BTCUSDT", { price: "90" });
});

after(() => {
  dialog.close();
  for (const channel of channels) channel.close();
});

test("without a network it says so at once, sends nothing and keeps what was typed", async () => {
  document.body.dataset.feed = "offline";
  withNetwork(false);
  byId("alert-name").value = "Mine";
  for (const give of [save, tryOut]) {
    assert.equal(give(), undefined);
    await settled();
    assert.deepEqual([said()[0], isBusy("alert-save")], ["There is no network, and nothing was sent.", false]);
  }
  assert.deepEqual([byId("alert-dialog").open, byId("alert-name").value], [true, "Mine"]);
  withNetwork(true);
  assert.equal(save().given.name, "Mine");
});

test("it closes once the rule is made, and says why one can't be", async () => {
  const refused = save();
  assert.deepEqual([refused.action, refused.given.threshold, isBusy("alert-save")], ["alerts.create", "90", true]);
  refused.answer.reject(refusal("RATE_LIMITED"));
  await settled();
  assert.deepEqual([byId("alert-dialog").open, said()[0], isBusy("alert-save")], [true, "Refused: RATE_LIMITED.", false]);
  save().answer.resolve(RULE);
  await until(() => !byId("alert-dialog").open);
  const creations = asked.filter(({ action }) => action === "alerts.create");
  assert.equal(creations.length, 2);
});

test("it asks for no market, and offers no test, where the rule is about all that one holds", () => {
  const isShown = () => ["alert-market", "alert-test"].map((id) => !byId(id).hidden);
  assert.deepEqual(isShown(), [true, true]);
  choose("source", "portfolio");
  assert.deepEqual([isShown(), byId("alert-name").value], [[false, false], ""]);
  type(LEVEL, "90");
  assert.equal(byId("alert-name").value, "Equity crosses 90");
  assert.deepEqual([save().given.source, "symbol" in asked.at(-1).given], ["portfolio", false]);
  choose("field", "unrealized_pnl");
  type(LEVEL, "90");
  assert.deepEqual([isShown(), byId("alert-name").value], [[true, false], "BTCUSDT: Unrealised profit crosses 90"]);
});

test("a level stays among prices, and begins anew with what is measured otherwise: no price is a level of an index", () => {
  const level = () => document.querySelector(LEVEL).value;
  const chosen = [
    ["source", "ticker"], ["field", "volume"], ["source", "indicator"], ["indicator", "adx"], ["indicator", "stochastic"], ["field", "d"],
    ["indicator", "sma"], ["source", "candle"],
  ].map(([name, value]) => (choose(name, value), level()));
  assert.deepEqual(chosen, ["90", "", "70", "25", "80", "80", "", ""]);
  type(LEVEL, "95");
  choose("source", "price");
  assert.equal(level(), "95");
});

test("it offers one's own strategies for their signals, asked for once, and names the rule by the one that is chosen", async () => {
  const part = (/** @type {string} */ path) => /** @type {any} */ (document.querySelector(`#alert-conditions [data-path="${path}"]`));
  choose("source", "strategy");
  assert.deepEqual(asked.map(({ action, given }) => [action, given.live]), [["strategy.list", true]]);
  assert.deepEqual([part("strategy").value, part("threshold").value, part("operator"), byId("alert-market").hidden], ["", "0.5", null, false]);
  const items = [{ id: "strat_a", title: "RSI reversion", symbol: "ETHUSDT", interval: "1m" }, { id: "strat_b", title: "DCA", symbol: "BTCUSDT", interval: "1h" }];
  asked[0].answer.resolve({ items, total: 2 });
  await until(() => part("strategy").value === "strat_a");
  assert.deepEqual([byId("alert-market").hidden, byId("alert-test").hidden, document.activeElement], [true, true, part("source")]);
  choose("action", "buy");
  assert.equal(byId("alert-name").value, "ETHUSDT: RSI reversion says buy with a confidence of at least 0.5");
  const { source, strategy, action, operator, threshold, symbol } = save().given;
  assert.deepEqual([source, strategy, action, operator, threshold, symbol], ["strategy", "strat_a", "buy", "at_least", "0.5", undefined]);
  choose("strategy", "");
  assert.deepEqual([byId("alert-market").hidden, asked.filter((each) => each.action === "strategy.list").length], [false, 1]);
  choose("source", "price");
  assert.deepEqual([part("operator").value, part("threshold").value, part("strategy")], ["crossing", "", null]);
});

test("it says why one's strategies can't be offered, and asks again at the next choice", async () => {
  choose("source", "strategy");
  asked[0].answer.reject(refusal("UNAVAILABLE"));
  await settled();
  assert.deepEqual([said()[0], asked.length], ["Refused: UNAVAILABLE.", 1]);
  choose("action", "sell");
  assert.deepEqual(asked.map(({ action }) => action), ["strategy.list", "strategy.list"]);
});

test("it keeps whose signals a rule is about, though that strategy has ended", async () => {
  dialog.close();
  dialog.edit({ ...RULE, combine: "all", conditions: [{ source: "strategy", operator: "at_least", threshold: 0.6, strategy: "strat_old", action: null }] });
  asked[0].answer.resolve({ items: [], total: 0 });
  await settled();
  const { strategy, symbol } = save().given;
  assert.deepEqual([strategy, symbol], ["strat_old", "BTCUSDT"]);
});

test("it offers one's own wallets with what they hold, and the transactions that one watches", async () => {
  const part = (/** @type {string} */ path) => /** @type {any} */ (document.querySelector(`#alert-conditions [data-path="${path}"]`));
  const optionsOf = (/** @type {string} */ path) => [...part(path).options].map(({ value }) => value);
  await tellChains([{ chain: "ethereum" }]);
  choose("source", "wallet");
  assert.deepEqual(asked.map(({ action }) => action), ["wallet.list", "tx.list"]);
  assert.deepEqual([byId("alert-market").hidden, byId("alert-test").hidden, part("threshold").value], [true, true, ""]);
  const balances = [{ asset: "USDC", token: "0xA0" }, { asset: "ETH", token: null }];
  asked[0].answer.resolve({ items: [{ chain: "ethereum", address: "0xAb", label: "Savings", balances }, { chain: "sepolia", address: "0xAb", label: "", balances: [] }] });
  asked[1].answer.resolve({ items: [{ chain: "ethereum", hash: "0xold", status: "finalized" }, { chain: "ethereum", hash: HASH, status: "pending" }] });
  await until(() => part("address").value === "ethereum 0xAb");
  assert.deepEqual([optionsOf("address"), optionsOf("token")], [["ethereum 0xAb", "sepolia 0xAb"], ["", "0xA0"]]);
  choose("token", "0xA0");
  part("threshold").value = "2.50";
  part("threshold").dispatchEvent(new document.defaultView.Event("input"));
  assert.equal(byId("alert-name").value, "Incoming amount in 0xA0 of 0xAb on ethereum is at least 2.5");
  const wallet = { source: "wallet", field: "incoming", chain: "ethereum", address: "0xAb", token: "0xA0", operator: "at_least", threshold: "2.50" };
  const given = ({ source, field, chain, address, token, tx, operator, threshold }) => ({ source, field, chain, address, token, tx, operator, threshold });
  assert.deepEqual(given(save().given), { ...wallet, tx: undefined });
  choose("field", "balance");
  assert.deepEqual([part("operator").value, part("address").value], ["below", "ethereum 0xAb"]);
  choose("field", "failed");
  const offered = ["ethereum 0xAb", "sepolia 0xAb", `ethereum ${HASH}`];
  assert.deepEqual([optionsOf("address"), part("threshold"), byId("alert-name").value], [offered, null, "A transaction of 0xAb on ethereum fails"]);
  choose("address", `ethereum ${HASH}`);
  assert.equal(byId("alert-name").value, "Transaction 0x121212…121212 on ethereum fails");
  choose("source", "price");
  assert.deepEqual([part("operator").value, part("threshold").value, byId("alert-market").hidden], ["crossing", "", false]);
});

test("where nothing is watched it says so", async () => {
  await tellChains([{ chain: "ethereum" }]);
  choose("source", "wallet");
  for (const each of asked) each.answer.resolve({ items: [] });
  await settled();
  assert.equal(document.querySelector('#alert-conditions [data-path="address"]').textContent, "None is watched");
});

test("it offers wallets where a chain is followed, and touches nothing of what is being typed for it", async () => {
  const others = ["price", "ticker", "candle", "indicator", "portfolio", "strategy"];
  const level = /** @type {HTMLInputElement} */ (document.querySelector(LEVEL));
  assert.deepEqual(sources(), others);
  type(LEVEL, "95");
  await tellChains([{ chain: "ethereum" }]);
  assert.deepEqual([sources(), document.querySelector(LEVEL), level.value], [[...others, "wallet"], level, "95"]);
  happen("alert-add-condition", "click");
  assert.equal(document.querySelectorAll('#alert-conditions option[value="wallet"]').length, 2);
  dialog.close();
  dialog.create("BTCUSDT");
  await tellChains([]);
  assert.deepEqual(sources(), others);
});

test("it offers no wallets where nobody says whether a chain is followed, and asks again when it is opened anew", async () => {
  chains.reject(refusal("UNAVAILABLE"));
  await settled();
  assert.deepEqual([sources().includes("wallet"), said()[0]], [false, ""]);
  dialog.close();
  dialog.create("BTCUSDT");
  await tellChains([{ chain: "ethereum" }]);
  assert.ok(sources().includes("wallet"));
});

test("a rule of a wallet is shown and changed where no chain is followed any longer", async () => {
  const part = (/** @type {string} */ path) => /** @type {any} */ (document.querySelector(`#alert-conditions [data-path="${path}"]`));
  const wallet = { source: "wallet", field: "incoming", chain: "ethereum", address: "0xAb", token: "", operator: "at_least", threshold: 2 };
  dialog.close();
  dialog.edit(/** @type {any} */ ({ ...RULE, combine: "all", conditions: [wallet], channels: [] }));
  for (const each of asked) each.answer.resolve({ items: [] });
  await tellChains([]);
  assert.deepEqual([part("source").value, part("address").value], ["wallet", "ethereum 0xAb"]);
  choose("source", "price");
  choose("source", "wallet");
  assert.equal(part("address").value, "ethereum 0xAb");
  type(LEVEL, "3");
  const { source, address, threshold } = save().given;
  assert.deepEqual([source, address, threshold], ["wallet", "0xAb", "3"]);
  dialog.edit(/** @type {any} */ ({ ...RULE, combine: "all", conditions: [{ source: "wallet", field: "failed", chain: "ethereum", tx: HASH, operator: "at_least", threshold: 1 }], channels: [] }));
  assert.deepEqual([part("source").value, part("tx").value], ["wallet", `ethereum ${HASH}`]);
  choose("field", "incoming");
  assert.equal(part("address").textContent, "No chain is followed here");
});

test("it compares with another series, whose controls follow what is chosen, and offers what can be compared alone", () => {
  const part = (/** @type {string} */ path) => /** @type {any} */ (document.querySelector(`#alert-conditions [data-path="${path}"]`));
  const optionsOf = (/** @type {string} */ path) => [...part(path).options].map(({ value }) => value);
  assert.deepEqual([optionsOf("level_source"), part("level_source").value], [["number", "series"], "number"]);
  choose("level_source", "series");
  assert.deepEqual([part("threshold"), part("level_source.source").value, part("level_source.indicator").value], [null, "indicator", "sma"]);
  assert.deepEqual([document.activeElement, byId("alert-name").value], [part("level_source"), "BTCUSDT crosses SMA 20 (1m)"]);
  assert.deepEqual(optionsOf("level_source.indicator"), ["sma", "ema", "wma", "bollinger", "donchian"]);
  type('#alert-conditions [data-path="level_source.parameters.period"]', "50");
  choose("level_source.interval", "5m");
  const sma = { source: "indicator", field: "value", interval: "5m", indicator: "sma", parameters: { period: "50" } };
  const { threshold, level_source: level } = save().given;
  assert.deepEqual([threshold, level, byId("alert-name").value], [undefined, sma, "BTCUSDT crosses SMA 50 (5m)"]);
  choose("level_source.source", "ticker");
  assert.deepEqual(optionsOf("level_source.field"), ["price", "bid", "ask", "open", "high", "low"]);
  assert.equal(part("level_source.interval"), null);
  choose("source", "indicator");
  assert.deepEqual([part("indicator").value, byId("alert-name").value], ["rsi", "BTCUSDT: RSI 14 (1m) crosses RSI 14 (1h)"]);
  assert.ok(!optionsOf("level_source.source").includes("price"));
  choose("operator", "inside");
  assert.deepEqual([part("level_source"), part("level_source.source"), part("lower") !== null], [null, null, true]);
  choose("operator", "above");
  assert.equal(part("level_source").value, "series");
  choose("level_source", "number");
  assert.deepEqual([part("level_source.source"), part("threshold").value], [null, "70"]);
  choose("source", "portfolio");
  assert.equal(part("level_source"), null);
});

test("at a candle's close it is no longer of longer candles, but over a longer period", () => {
  choose("source", "indicator");
  choose("level_source", "series");
  assert.equal(byId("alert-name").value, "BTCUSDT: RSI 14 (1m) crosses RSI 14 (1h)");
  byId("alert-trigger").value = "once_per_candle_close";
  happen("alert-trigger", "change");
  assert.equal(byId("alert-name").value, "BTCUSDT: RSI 14 (1m) crosses RSI 28 (1m)");
  assert.deepEqual(save().given.level_source, { source: "indicator", field: "value", interval: "1m", indicator: "rsi", parameters: { period: "28" } });
});

test("a line that was drawn can be left for another level, and taken again", () => {
  const part = (/** @type {string} */ path) => /** @type {any} */ (document.querySelector(`#alert-conditions [data-path="${path}"]`));
  const line = { start: { time: 1, price: "64000.10" }, end: { time: 5_000, price: "65000" } };
  dialog.close();
  dialog.create("BTCUSDT", { price: "90", line });
  assert.deepEqual([[...part("level_source").options].map(({ value }) => value), part("level_source").value], [["number", "line", "series"], "line"]);
  choose("level_source", "number");
  assert.deepEqual([part("line"), save().given.threshold, save().given.line], [null, "90", undefined]);
  choose("level_source", "line");
  assert.equal(part("line").value, "64,000.1 → 65,000");
});

test("what is wrong with another series is told beside its controls", async () => {
  choose("level_source", "series");
  const refused = refusal("VALIDATION_ERROR");
  refused.fields = {
    "level_source.parameters.period": "level_source.parameters.period must be from 2 to 200",
    level_source: "level_source must be another series than that which is compared with it",
  };
  save().answer.reject(refused);
  await settled();
  const told = (/** @type {string} */ path) => document.querySelector(`#alert-conditions [data-path="${path}"] ~ .field-problem`).textContent;
  assert.equal(told("level_source.parameters.period"), "Its period must be from 2 to 200");
  assert.equal(told("level_source"), "Level must be another series than that which is compared with it");
});

test("it says between which numbers a level lies, and beside the level that one lies elsewhere", async () => {
  const hint = (/** @type {string} */ path) => /** @type {any} */ (document.querySelector(`#alert-conditions [data-path="${path}"]`)).placeholder;
  assert.equal(hint("threshold"), "");
  choose("source", "indicator");
  assert.equal(hint("threshold"), "0 to 100");
  choose("operator", "inside");
  assert.deepEqual([hint("lower"), hint("upper")], ["0 to 100", "0 to 100"]);
  choose("operator", "above");
  type(LEVEL, "94000");
  const refused = refusal("VALIDATION_ERROR");
  refused.fields = { threshold: "threshold can't be 94000 for above: RSI lies between 0 and 100" };
  save().answer.reject(refused);
  await settled();
  assert.equal(document.querySelector(`${LEVEL} ~ .field-problem`).textContent, "Level can't be 94000 for above: RSI lies between 0 and 100");
  choose("indicator", "cci");
  assert.equal(hint("threshold"), "");
});

test("it asks once though it is given twice", async () => {
  const first = save();
  assert.equal(save(), first);
  assert.equal(asked.length, 1);
  first.answer.resolve(RULE);
  await until(() => !byId("alert-dialog").open);
});

test("what is answered after it was closed touches nothing of what it shows by then", async () => {
  const [made, tried] = [save(), tryOut()];
  dialog.close();
  dialog.create("ETHUSDT", { price: "5" });
  const next = save();
  assert.equal(next.given.symbol, "ETHUSDT");
  made.answer.resolve(RULE);
  tried.answer.reject(refusal("UNAVAILABLE"));
  await settled();
  assert.deepEqual([byId("alert-dialog").open, said(), isBusy("alert-save")], [true, ["", ""], true]);
  next.answer.reject(refusal("CONFLICT"));
  await settled();
  assert.deepEqual([said()[0], isBusy("alert-save")], ["Refused: CONFLICT.", false]);
});

/** Type into a field as a reader does. */
function type(selector, value) {
  const input = document.querySelector(selector);
  input.value = value;
  input.dispatchEvent(new document.defaultView.Event("input", { bubbles: true }));
}

test("what was tried out is told of the values it was of, and of no others", async () => {
  const result = () => said()[1];
  const tried = { would_fire: 0, times: [] };
  tryOut().answer.resolve(tried);
  await until(() => result() !== "");
  type(LEVEL, "95");
  assert.equal(result(), "");
  const late = tryOut();
  type(LEVEL, "96");
  late.answer.resolve(tried);
  await until(() => !isBusy("alert-test"));
  assert.equal(result(), "");
});

/** As the reader does: the question has closed by then. */
async function agree() {
  await question.act();
  question.ended();
}

test("Escape and the cross close what nobody has typed into, and ask before they throw away what was typed", async () => {
  happen("alert-dialog", "cancel");
  assert.deepEqual([byId("alert-dialog").open, question], [false, null]);
  dialog.create("BTCUSDT", { price: "90" });
  type("#alert-conditions [data-operand=threshold]", "91");
  for (const leave of [() => happen("alert-dialog", "cancel"), () => happen("alert-close", "click")]) {
    question = null;
    leave();
    assert.deepEqual([byId("alert-dialog").open, question?.title, question?.stay], [true, "Discard this alert?", "Keep editing"]);
  }
  await agree();
  assert.equal(byId("alert-dialog").open, false);
});

test("a question of before discards nothing of what is typed by then", async () => {
  type("#alert-name", "Mine");
  happen("alert-dialog", "cancel");
  dialog.close();
  dialog.create("ETHUSDT", { price: "5" });
  await agree();
  assert.equal(byId("alert-dialog").open, true);
});

test("what the dialog writes by itself is nothing that anybody has typed", async () => {
  dialog.close();
  dialog.edit({ ...RULE, combine: "all", conditions: [{ source: "strategy", operator: "at_least", threshold: 0.6, strategy: "strat_a", action: null }] });
  asked.at(-1).answer.resolve({ items: [{ id: "strat_a", title: "RSI reversion", symbol: "ETHUSDT", interval: "1m" }], total: 1 });
  await settled();
  happen("alert-dialog", "cancel");
  assert.deepEqual([byId("alert-dialog").open, question], [false, null]);
});

test("it tells the price when the page does, as long as it is open", () => {
  const told = () => {
    dialog.paint();
    return byId("alert-now").textContent;
  };
  prices.now = "Now 95,000.00";
  assert.equal(told(), prices.now);
  prices.now = "Now 95,001.00";
  assert.equal(told(), prices.now);
  dialog.close();
  prices.now = "Now 95,002.00";
  assert.equal(told(), "Now 95,001.00");
  prices.now = "";
});

test("all that is wrong is told at once, as the fields are called, an unknown market among it", async () => {
  dialog.offer(["BTCUSDT", "ETHUSDT"]);
  type("#alert-symbol", "NOSUCH");
  const refused = refusal("VALIDATION_ERROR");
  refused.fields = { threshold: "threshold must be a number", template: "template has an unknown placeholder: {x}", max_firings: "max_firings is required" };
  save().answer.reject(refused);
  await settled();
  const problems = ["#alert-symbol-problem", "#alert-conditions [data-operand=threshold] ~ .field-problem", "#alert-template-problem", "#alert-most-problem"];
  assert.deepEqual(problems.map((place) => document.querySelector(place).textContent), [
    "Unknown symbol: NOSUCH",
    "Level must be a number",
    "Message has an unknown placeholder: {x}",
    "Most firings is required",
  ]);
});

test("what was wrong is forgotten as it is typed anew, and a name that the dialog lacks because of something else isn't told", async () => {
  const refused = refusal("VALIDATION_ERROR");
  refused.fields = { threshold: "threshold must be a number", name: "name is required" };
  type(LEVEL, "abc");
  save().answer.reject(refused);
  await settled();
  const wrong = () => [...document.querySelectorAll("#alert-form [aria-invalid]")].map(({ dataset }) => dataset.path);
  assert.deepEqual([wrong(), byId("alert-name-problem").textContent], [["threshold"], ""]);
  type(LEVEL, "95");
  assert.deepEqual(wrong(), []);
  type("#alert-name", "");
  save().answer.reject(refused);
  await settled();
  assert.deepEqual(wrong().toSorted(), ["name", "threshold"]);
});

test("an expiry in another zone is told in UTC beside the field, as it is typed and as it was kept", () => {
  const told = () => byId("alert-expires-utc").textContent;
  showIn("Europe/Berlin");
  byId("alert-expires").value = "2026-11-26T00:12";
  happen("alert-expires", "input");
  assert.equal(told(), "2026-11-25 23:12 UTC");
  dialog.create("BTCUSDT");
  assert.equal(told(), "");
  dialog.edit(/** @type {any} */ ({ ...RULE, conditions: [{ source: "price", operator: "above", threshold: 90 }], channels: [], expires: "2026-07-01T12:00:00Z" }));
  assert.equal(told(), "12:00 UTC");
  showIn("UTC");
});

test("a rule that is renamed keeps the seconds of its expiry", () => {
  dialog.edit(/** @type {any} */ ({ ...RULE, conditions: [{ source: "price", operator: "above", threshold: 90 }], channels: [], expires: "2026-07-01T23:00:59.500Z" }));
  byId("alert-name").value = "Dear";
  const { name, expires } = save().given;
  assert.deepEqual([name, expires], ["Dear", "2026-07-01T23:00:59.500Z"]);
});

test("where another zone is shown, an expiry keeps its moment, and counts as typed only where it was", () => {
  const seen = () => [byId("alert-expires").value, byId("alert-expires-utc").textContent];
  const show = (zone) => {
    showIn(zone);
    document.dispatchEvent(new document.defaultView.CustomEvent("zonechange"));
  };
  question = null;
  dialog.edit(/** @type {any} */ ({ ...RULE, conditions: [{ source: "price", operator: "above", threshold: 90 }], channels: [], expires: "2026-07-01T23:00:00Z" }));
  assert.deepEqual(seen(), ["2026-07-01T23:00", ""]);
  show("Asia/Tokyo");
  assert.deepEqual(seen(), ["2026-07-02T08:00", "2026-07-01 23:00 UTC"]);
  assert.equal(save().given.expires, "2026-07-01T23:00:00.000Z");
  byId("alert-close").click();
  assert.equal(question, null);
  dialog.create("BTCUSDT");
  byId("alert-expires").value = "2026-07-02T09:00";
  show("UTC");
  assert.deepEqual(seen(), ["2026-07-02T00:00", ""]);
  byId("alert-close").click();
  assert.equal(question.title, "Discard this alert?");
});
