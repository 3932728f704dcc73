/** What a server that can't answer now leaves unread is read a while later, without anybody's doing. */
import { addPart } from "../page_in_node.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { settled } from "../settled.js";
import { AWAY, GONE, aRetryLater, answering } from "../unread.js";
import { grid } from "./fixtures.js";

addPart("../../grids/includes/shown.html");
addPart("../../shared/instances/history.html");
addPart("../../shared/instances/list.html");
const { AccountChoice } = await import("../../../templates/static/shared/trading/instances/account_choice.js");
const { InstanceList } = await import("../../../templates/static/shared/trading/instances/instance_list.js");
const { ShownInstance } = await import("../../../templates/static/shared/trading/instances/shown_instance.js");

const byId = (id) => document.getElementById(id);
const nothing = () => undefined;

/** @param {() => Promise<any>} get */
function shownInstance(get) {
  const none = { items: [], total: 0 };
  const requests = { get, ordersOf: async () => none, openOrdersOf: async () => none, notifications: async () => none };
  const chart = { show: nothing, showFills: nothing, candles: [], interval: "1m" };
  const log = { clear: nothing, showIn: nothing, addStored: nothing };
  return new ShownInstance(/** @type {any} */ (requests), /** @type {any} */ ({
    ...{ panel: { show: nothing }, profit: { clear: nothing, reckon: nothing }, log, market: chart, draw: nothing },
    ...{ feeRateOf: () => 0, unknown: "There is no such grid of yours.", infoOf: nothing },
  }));
}

test("the grid that is shown", async () => {
  const get = answering(AWAY, AWAY, grid());
  const shown = shownInstance(get);
  shown.show(grid().id);
  await settled();
  assert.equal(byId("shown-problem").textContent, "The server can't be reached.");
  await aRetryLater();
  assert.equal(byId("shown-body").hidden, true);
  await aRetryLater();
  assert.deepEqual([byId("shown-problem").textContent, byId("shown-body").hidden, get.left], ["", false, []]);
});

test("one that there isn't is asked for once, and none after another is shown", async () => {
  const get = answering(GONE, AWAY, grid());
  const shown = shownInstance(get);
  shown.show("grid_none");
  await settled();
  await aRetryLater();
  assert.deepEqual([byId("shown-problem").textContent, get.left.length], ["There is no such grid of yours.", 2]);
  shown.show("grid_a");
  await settled();
  shown.forget();
  await aRetryLater();
  assert.equal(get.left.length, 1);
});

test("the list of one's grids", async () => {
  const kind = { loading: "Loading…", none: "None yet.", addressOf: (id) => `/grids/${id}/`, textsOf: () => ({ title: "BTCUSDT", state: "Running", figures: [] }) };
  const requests = { list: answering(AWAY, { items: [], total: 0 }) };
  const list = new InstanceList(requests, /** @type {any} */ (kind), nothing, () => "");
  await list.load();
  assert.equal(byId("own-note").textContent, "The server can't be reached.");
  await aRetryLater();
  assert.deepEqual([byId("own-note").textContent, requests.list.left], ["None yet.", []]);
});

test("the accounts from which one may be paid, until nobody is signed in", async () => {
  const names = [];
  const form = { info: null, account: "", offerAccounts: (accounts) => names.push(accounts.map(({ name }) => name)), showFree: nothing };
  const requests = { accounts: answering(AWAY, { items: [{ account: "acc_a", name: "Paper", balances: [] }] }, AWAY, { items: [] }) };
  const choice = new AccountChoice(/** @type {any} */ (requests), form, nothing);
  await choice.load();
  await aRetryLater();
  assert.deepEqual(names, [["Paper"]]);
  await choice.load();
  choice.forget();
  await aRetryLater();
  assert.equal(requests.accounts.left.length, 1);
});
