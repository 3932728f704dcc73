import { addPart } from "../page_in_node.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { fillMarksOf } from "../../../templates/static/shared/chart/line_points.js";
import { backtestOf, comparisonAddress, startAddress } from "../../../templates/static/shared/strategies/copy_address.js";
import { choiceText, comparisonSentences, differenceNote, differenceRows, totalRows } from "../../../templates/static/strategies/comparison/comparison_text.js";
import { MINUTE, START, backtest, comparison, strategy } from "./fixtures.js";
import { settled } from "../settled.js";

addPart("../../strategies/includes/comparison.html");
const { ComparisonView } = await import("../../../templates/static/strategies/comparison/comparison_view.js");
const { StrategyRequests } = await import("../../../templates/static/strategies/requests.js");
const { RunComparison } = await import("../../../templates/static/strategies/comparison/run_comparison.js");

const byId = (id) => document.getElementById(id);
const MARKET = { quote: "USDT", decimals: 2 };

globalThis.location = /** @type {any} */ ({ origin: "http://localhost" });

/** @type {any[]} */
let asked;
/** @type {any} */
let requests;

beforeEach(() => {
  for (const id of ["comparison-run", "comparison-backtest"]) byId(id).replaceWith(byId(id).cloneNode(true)); // without the listeners of the test before
  asked = [];
  requests = {
    backtestsOf: async (_, wanted) => [backtest(), backtest({ id: "bt_other" })].filter(({ id }) => !wanted || id === wanted || wanted === "bt_new"),
    compare: async (strategyId, backtestId) => asked.push(`compare ${strategyId} ${backtestId}`) && comparison(),
    backtest: async (id) => asked.push(`backtest ${id}`) && { backtest_id: "bt_a" },
  };
});

test("addresses lead from a backtest to a live run and from there to both, and name nothing else", () => {
  const [start, both] = [startAddress("bt_a"), comparisonAddress("strat_a", "bt_a")];
  assert.deepEqual([start, both], ["/strategies/?backtest_id=bt_a", "/strategies/strat_a/?backtest_id=bt_a"]);
  const searches = [start, both, "/?backtest_id=a%2Fb", "/"].map((address) => ({ search: address.slice(address.indexOf("?") < 0 ? address.length : address.indexOf("?")) }));
  assert.deepEqual(searches.map(backtestOf), ["bt_a", "bt_a", "", ""]);
});

test("each difference is told in plain words, with both sides and why, in the order of time", () => {
  const rows = differenceRows(comparison(), MARKET);
  assert.deepEqual(
    rows.map(({ what, live, backtest: other }) => [what, live, other]),
    [
      ["Signal sell: only in the backtest", "–", "70% sure: it fell"],
      ["Market buy: other price, other quantity", "0.5 at 101.00", "0.6 at 100.00"],
      ["Limit sell: other outcome", "rejected: 1 at 99.00: the limit is 1", "filled: 1 at 99.00"],
    ],
  );
  assert.match(rows[0].why, /^The live run wasn't asked then/);
  assert.match(rows[1].why, /order book.*Worth −0\.50\.$/);
  const later = differenceRows(comparison({ signals: [], orders: [{ ...comparison().orders[0], kinds: ["other_time"] }] }), MARKET)[0];
  assert.deepEqual([later.live, later.backtest], ["2026-11-22 12:05: 0.5 at 101.00", "2026-11-22 12:05: 0.6 at 100.00"]);
  assert.equal(differenceRows(comparison({ signals: [], orders: [{ ...comparison().orders[0], kinds: ["newer_kind"], cause: "newer" }] }), MARKET)[0].why.startsWith("What is stored"), true);
});

test("what both came to is set side by side", () => {
  const rows = totalRows(comparison(), "USDT");
  assert.deepEqual(rows[0], { name: "Equity at the end", live: "1,010.00", backtest: "1,012.50", difference: "−2.50" });
  assert.deepEqual(rows.at(-1), { name: "Signals", live: "3", backtest: "4", difference: "−1" });
});

test("what differs by less than a cent is told where the quote asset is a coin", () => {
  const coins = { quote: "BTC", decimals: 5 };
  const small = comparison({ price_gain: -0.00012, orders: [{ ...comparison().orders[0], gain: 0.00012 }] });
  assert.match(differenceRows(small, coins)[1].why, /Worth \+0\.00012000\.$/);
  assert.match(comparisonSentences(small, "BTC").join(" "), /worse than the backtest's by 0\.00012000 BTC/);
  assert.doesNotMatch(comparisonSentences(small, "USDT").join(" "), /worse/);
  assert.deepEqual(totalRows(small, "BTC").slice(2, 5).map(({ live }) => live), ["0.05000000", "50.50000000", "2"]);
});

test("what shows no digit isn't told as a difference where the asset's name has one", () => {
  const none = comparison({ price_gain: 0.001, orders: [{ ...comparison().orders[0], gain: 0 }] });
  assert.doesNotMatch(comparisonSentences(none, "USD1").join(" "), /better/);
  assert.doesNotMatch(differenceRows(none, { quote: "USD1", decimals: 2 })[1].why, /Worth/);
});

test("the reasons are said in sentences: prices, delay, pauses, settings", () => {
  const words = comparisonSentences(comparison(), "USDT").join(" ");
  for (const part of ["2 orders and 1 signal differ", "worse than the backtest's by 0.50 USDT", "400 ms after their candle's close", "it was paused or late", "Fast: 3 live, 5 in the backtest"]) assert.ok(words.includes(part), `${part} in ${words}`);
  const none = comparison({ order_count: 0, signal_count: 0, orders: [], signals: [], price_gain: 0, delay: null, not_asked: [], not_asked_count: 0, settings: [] });
  assert.equal(comparisonSentences(none, "USDT").length, 1);
  assert.equal(differenceNote(none), "Nothing differs, order by order.");
  assert.equal(differenceNote(comparison({ order_count: 900 })), "The first 3 of 901 differences: later ones mostly follow from these.");
  assert.equal(choiceText(backtest({ state: "running" }), "bt_a"), "The backtest that it was started from: 2026-11-22 12:00 to 2026-11-22 13:00 (running)");
});

test("fills are marks at the next point of their line, those of a side at one point one", () => {
  const fills = [1, 1, 2, 9].map((minutes) => ({ time: START + minutes * MINUTE - 1, side: /** @type {const} */ ("buy") }));
  const marks = fillMarksOf(fills, [START, START + MINUTE, START + 3 * MINUTE], true);
  assert.deepEqual(marks.map(({ time }) => (Number(time) * 1000 - START) / MINUTE), [1, 3]);
});

test("a run is compared with the newest backtest of its hours, or the one that is chosen", async () => {
  const shown = new RunComparison(requests, new ComparisonView());
  shown.show(/** @type {any} */ (strategy()), MARKET, "");
  await settled();
  assert.deepEqual([asked, byId("comparison-body").hidden, byId("comparison-backtest").children.length], [["compare strat_abcdefghijkl bt_a"], false, 2]);
  shown.show(/** @type {any} */ (strategy()), MARKET, "bt_other"); // the same once more, as news come
  await settled();
  assert.equal(asked.length, 1);
  shown.show(/** @type {any} */ (strategy({ id: "strat_b" })), MARKET, "bt_other");
  await settled();
  assert.equal(asked[1], "compare strat_b bt_other");
});

test("differences have the decimals of their market once that is known, and are asked for once", async () => {
  const shown = new RunComparison(requests, new ComparisonView());
  shown.show(/** @type {any} */ (strategy()), { quote: "", decimals: 2 }, "");
  await settled();
  shown.show(/** @type {any} */ (strategy()), { quote: "USDT", decimals: 4 }, "");
  assert.match(byId("difference-rows").textContent, /0\.5 at 101\.0000/);
  assert.match(byId("comparison-words").textContent, /by 0\.50 USDT/);
  assert.equal(asked.length, 1);
});

test("while the backtest runs that is said, and what differs comes once it has ended", async () => {
  let state = "running";
  requests.backtestsOf = async () => [backtest({ state })];
  const shown = new RunComparison(requests, new ComparisonView());
  shown.show(/** @type {any} */ (strategy()), MARKET, "");
  byId("comparison-run").click();
  await settled();
  assert.deepEqual([asked, byId("comparison-body").hidden], [["backtest strat_abcdefghijkl"], true]);
  assert.match(byId("comparison-note").textContent, /^The backtest runs/);
  state = "completed";
  shown.lifecycle({ id: "bt_a", state });
  await settled();
  assert.deepEqual([byId("comparison-note").textContent, byId("comparison-body").hidden], ["", false]);
});

test("of a backtest that is gone the page says so in the server's words, and offers the others", async () => {
  const gone = () => Object.assign(new Error("There is no such backtest: backtest the strategy's hours"), { code: "NOT_FOUND" });
  requests.compare = async (strategyId, backtestId) => {
    asked.push(`compare ${strategyId} ${backtestId}`);
    if (backtestId === "bt_gone") throw gone();
    return comparison();
  };
  requests.backtestsOf = async () => [backtest()];
  const shown = new RunComparison(requests, new ComparisonView());
  shown.show(/** @type {any} */ (strategy()), MARKET, "bt_gone");
  await settled();
  assert.deepEqual([asked, byId("comparison-body").hidden], [["compare strat_abcdefghijkl bt_gone"], true]);
  assert.equal(byId("comparison-note").textContent, "There is no such backtest: backtest the strategy's hours.");
  assert.equal(byId("comparison-backtest").children.length, 1);
  shown.load();
  await settled();
  assert.deepEqual([asked[1], byId("comparison-body").hidden], ["compare strat_abcdefghijkl bt_a", false]);
});

test("backtests that are gone are left out, and any other refusal is told", async (context) => {
  let refused = { status: 404, code: "NOT_FOUND" };
  context.mock.method(globalThis, "fetch", async (address) => {
    const isList = String(address).includes("?strategy_id=");
    return new Response(JSON.stringify(isList ? { items: [backtest()] } : { error: { code: refused.code, message: "No" } }), { status: isList ? 200 : refused.status });
  });
  const asking = new StrategyRequests(/** @type {any} */ ({}), /** @type {any} */ ({ token: async () => "" }));
  assert.deepEqual((await asking.backtestsOf(/** @type {any} */ (strategy()), "bt_gone")).map(({ id }) => id), ["bt_a"]);
  refused = { status: 403, code: "PERMISSION_DENIED" };
  await assert.rejects(asking.backtestsOf(/** @type {any} */ (strategy()), "bt_gone"), { code: "PERMISSION_DENIED" });
});

test("a refusal is told in the server's words", async () => {
  requests.backtest = async () => {
    throw Object.assign(new Error("There may be at most 2 backtests at a time"), { code: "CONFLICT" });
  };
  const shown = new RunComparison(requests, new ComparisonView());
  shown.show(/** @type {any} */ (strategy()), MARKET, "");
  await settled();
  byId("comparison-run").click();
  await settled();
  assert.equal(byId("comparison-note").textContent, "There may be at most 2 backtests at a time.");
});
