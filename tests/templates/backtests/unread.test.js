/** What a server that can't answer now leaves unread is read a while later, without anybody's doing. */
import { addPart } from "../page_in_node.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { settled } from "../settled.js";
import { AWAY, GONE, aRetryLater, answering } from "../unread.js";
import { backtest, metrics, result, trade } from "./fixtures.js";

for (const part of ["index", "includes/run", "includes/runs", "includes/result"]) addPart(`../../backtests/${part}.html`);
const { RunList } = await import("../../../templates/static/backtests/runs/run_list.js");
const { ResultView } = await import("../../../templates/static/backtests/result/result_view.js");
const { ShownRun } = await import("../../../templates/static/backtests/shown_run.js");

const byId = (id) => document.getElementById(id);
const nothing = () => undefined;
const compared = ["bt_a", "bt_b"].map((id) => ({ backtest: backtest({ id }), metrics: metrics(), equity: [] }));

/** A run, or several compared, and which of its views have been shown since. */
function shownRun(requests) {
  const shown = new Set();
  const view = (name) => ({ show: (given) => given && given.length !== 0 && shown.add(name) });
  const views = { panel: view("panel"), result: view("result"), sweep: view("sweep"), comparison: view("comparison") };
  return { run: new ShownRun(requests, /** @type {any} */ (views)), shown };
}

test("the list of one's runs, until nobody is signed in", async () => {
  const requests = { list: answering(AWAY, { items: [], count: 0 }, AWAY, { items: [], count: 0 }) };
  const list = new RunList(/** @type {any} */ (requests), { open: nothing, compare: nothing });
  await list.load();
  assert.equal(byId("runs-note").textContent, "The server can't be reached.");
  await aRetryLater();
  assert.match(byId("runs-note").textContent, /^None yet/);
  await list.load();
  list.forget();
  await aRetryLater();
  assert.equal(requests.list.left.length, 1);
});

test("the run that is shown, also where only its result couldn't be read; then nothing tells of it", async () => {
  const requests = { get: answering(AWAY, backtest(), backtest()), result: answering(AWAY, result()) };
  const { run, shown } = shownRun(requests);
  run.show({ id: "bt_a", compared: [] });
  await settled();
  assert.equal(byId("shown-problem").textContent, "The server can't be reached.");
  await aRetryLater();
  assert.deepEqual([[...shown], byId("shown-problem").textContent], [["panel"], "The server can't be reached."]);
  await aRetryLater();
  assert.deepEqual([[...shown], byId("shown-problem").hidden, requests.result.left], [["panel", "result"], true, []]);
});

test("what is compared", async () => {
  const requests = { compare: answering(AWAY, compared) };
  const { run, shown } = shownRun(requests);
  run.show({ id: "", compared: ["bt_a", "bt_b"] });
  await settled();
  await aRetryLater();
  assert.deepEqual([[...shown], byId("shown-problem").hidden], [["comparison"], true]);
});

test("a run that there isn't is asked for once, and none after something else is shown", async () => {
  const requests = { get: answering(GONE, AWAY, backtest()), compare: answering(AWAY, compared) };
  const { run } = shownRun(requests);
  run.show({ id: "bt_none", compared: [] });
  await settled();
  await aRetryLater();
  assert.deepEqual([byId("shown-problem").textContent, requests.get.left.length], ["There is no such backtest of yours.", 2]);
  run.show({ id: "bt_a", compared: [] });
  await settled();
  run.show({ id: "", compared: ["bt_a", "bt_b"] });
  await settled();
  run.forget();
  await aRetryLater();
  assert.deepEqual([requests.get.left.length, requests.compare.left.length], [1, 1]);
});

test("older trades, until the run is shown no longer", async () => {
  const all = Array.from({ length: 450 }, (_, index) => trade(index + 1));
  const requests = { trades: answering(AWAY, all.slice(50, 250), AWAY, all.slice(0, 50)) };
  const view = new ResultView(/** @type {any} */ (requests), () => 0.01);
  view.show(/** @type {any} */ (result({ trades: all.slice(250), trade_count: all.length })));
  const more = byId("trade-more");
  more.click();
  await settled();
  assert.equal(byId("trade-note").textContent, "The server can't be reached.");
  await aRetryLater();
  assert.deepEqual([byId("trade-note").textContent, byId("trade-rows").children.length], ["", 400]);
  more.click();
  await settled();
  view.show(null);
  await aRetryLater();
  assert.equal(requests.trades.left.length, 1);
});
