/** What a server that can't answer now leaves unread is read a while later, without anybody's doing. */
import { addPart } from "../page_in_node.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { settled } from "../settled.js";
import { AWAY, GONE, aRetryLater, answering } from "../unread.js";
import { backtest, comparison, strategy } from "./fixtures.js";

addPart("../../strategies/includes/comparison.html");
const { ComparisonView } = await import("../../../templates/static/strategies/comparison/comparison_view.js");
const { RunComparison } = await import("../../../templates/static/strategies/comparison/run_comparison.js");

const MARKET = { quote: "USDT", decimals: 2 };
const byId = (id) => document.getElementById(id);

/** @param {any} requests @param {string} [wanted] */
async function shownComparison(requests, wanted = "") {
  const shown = new RunComparison(requests, new ComparisonView());
  shown.show(/** @type {any} */ (strategy()), MARKET, wanted);
  await settled();
  return shown;
}

test("the comparison with a backtest, of the one that is wanted also where that is gone", async () => {
  const requests = { backtestsOf: async () => [backtest()], compare: answering(AWAY, comparison(), AWAY, GONE, comparison()) };
  const first = await shownComparison(requests);
  assert.deepEqual([byId("comparison-note").textContent, byId("comparison-body").hidden], ["The server can't be reached.", true]);
  await aRetryLater();
  assert.deepEqual([byId("comparison-note").textContent, byId("comparison-body").hidden], ["", false]);
  first.forget();
  const other = await shownComparison(requests, "bt_gone");
  await aRetryLater();
  assert.equal(byId("comparison-note").textContent, "There is no such thing.");
  await aRetryLater();
  assert.equal(requests.compare.left.length, 1);
  other.forget();
});

test("a backtest that is refused isn't asked for again, but what there is is read; nothing is once nobody is signed in", async () => {
  const busy = Object.assign(new Error("Too many backtests wait"), { code: "CONFLICT", status: 409 });
  const requests = { backtestsOf: answering(AWAY, AWAY, [], AWAY, []), backtest: answering(busy, { backtest_id: "bt_a" }) };
  const shown = await shownComparison(requests);
  byId("comparison-run").click();
  await settled();
  assert.equal(byId("comparison-note").textContent, "Too many backtests wait.");
  await aRetryLater();
  assert.deepEqual([byId("comparison-note").textContent.slice(0, 14), requests.backtestsOf.left.length, requests.backtest.left.length], ["Run a backtest", 2, 1]);
  await shown.load();
  shown.forget();
  await aRetryLater();
  assert.equal(requests.backtestsOf.left.length, 1);
});
