import { addPart } from "../../page_in_node.js";
import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { StateSync } from "../../../../clients/javascript/src/state_sync.js";
import { OwnConnection, answer, refusal } from "../../../../clients/javascript/tests/own_connection.js";
import { until } from "../../../../clients/javascript/tests/waiting.js";
import { AlertRules } from "../../../../templates/static/dashboard/alerts/alert_rules.js";

addPart("alerts.html");
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
const MARKET = { tickSizeOf: () => "0.01", priceText: () => "" };
const RULE = { id: 1, name: "BTCUSDT above 90", symbol: "BTCUSDT", enabled: true, state: "armed", updated: 1_000 };

function command(action, given) {
  const answered = answer();
  asked.push({ action, given, answer: answered });
  return answered.promise;
}

const system = { client: { command }, stateSync: new StateSync(new OwnConnection()) };
const rules = new AlertRules(/** @type {any} */ (system), /** @type {any} */ ({}));
const dialog = new AlertDialog(rules, MARKET);

const byId = (id) => document.getElementById(id);
const settled = () => new Promise((resolve) => setTimeout(resolve));
const happen = (id, name) => byId(id).dispatchEvent(new document.defaultView.Event(name, { cancelable: true }));
const isBusy = (id) => byId(id).hasAttribute("aria-disabled");
const said = () => [byId("alert-problem"), byId("alert-test-result")].map(({ textContent }) => textContent);

/** @param {string} name @param {string} value of a choice in the first condition */
function choose(name, value) {
  const select = document.querySelector(`#alert-conditions [data-path="${name}"]`);
  select.value = value;
  select.dispatchEvent(new document.defaultView.Event("change"));
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

beforeEach(() => {
  asked.length = 0;
  dialog.close();
  dialog.create("BTCUSDT", "90");
});

after(() => {
  for (const channel of channels) channel.close();
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
  assert.deepEqual([isShown(), byId("alert-name").value], [[false, false], "Equity crosses 90"]);
  assert.deepEqual([save().given.source, "symbol" in asked.at(-1).given], ["portfolio", false]);
  choose("field", "unrealized_pnl");
  assert.deepEqual([isShown(), byId("alert-name").value], [[true, false], "BTCUSDT: Unrealised profit crosses 90"]);
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
  dialog.create("ETHUSDT", "5");
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
