/** What a server that can't answer now leaves unread is read a while later, without anybody's doing. */
import { addPart } from "../page_in_node.js";
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { settled } from "../settled.js";
import { grid } from "./fixtures.js";

addPart("../../grids/includes/shown.html");
addPart("../../shared/instances/history.html");
addPart("../../shared/instances/list.html");
const { InstanceList } = await import("../../../templates/static/shared/trading/instances/instance_list.js");
const { ShownInstance } = await import("../../../templates/static/shared/trading/instances/shown_instance.js");

const RETRY_MILLISECONDS = 5_000;
const byId = (id) => document.getElementById(id);
const nothing = () => undefined;
const refusal = (message, of) => Object.assign(new Error(message), of);
const AWAY = refusal("The server can't be reached", { code: "unreachable" });
const GONE = refusal("There is no such grid", { code: "NOT_FOUND", status: 404 });

/** What the server answers, one after the other. */
let answers = [];
const answer = async () => {
  const next = answers.shift();
  if (next instanceof Error) throw next;
  return next;
};
mock.timers.enable({ apis: ["setTimeout"] });

async function aRetryLater() {
  mock.timers.tick(RETRY_MILLISECONDS);
  await settled();
}

function shownInstance() {
  const none = { items: [], total: 0 };
  const requests = { get: answer, ordersOf: async () => none, openOrdersOf: async () => none, notifications: async () => none };
  const chart = { show: nothing, showFills: nothing, candles: [], interval: "1m" };
  const log = { clear: nothing, showIn: nothing, addStored: nothing };
  return new ShownInstance(/** @type {any} */ (requests), /** @type {any} */ ({
    ...{ panel: { show: nothing }, profit: { clear: nothing, reckon: nothing }, log, market: chart, draw: nothing },
    ...{ feeRateOf: () => 0, unknown: "There is no such grid of yours.", infoOf: nothing },
  }));
}

test("the grid that is shown", async () => {
  const shown = shownInstance();
  answers = [AWAY, AWAY, grid()];
  shown.show(grid().id);
  await settled();
  assert.equal(byId("shown-problem").textContent, "The server can't be reached.");
  await aRetryLater();
  assert.equal(byId("shown-body").hidden, true);
  await aRetryLater();
  assert.deepEqual([byId("shown-problem").textContent, byId("shown-body").hidden, answers], ["", false, []]);
});

test("one that there isn't is asked for once, and none after another is shown", async () => {
  const shown = shownInstance();
  answers = [GONE, grid()];
  shown.show("grid_none");
  await settled();
  await aRetryLater();
  assert.deepEqual([byId("shown-problem").textContent, answers.length], ["There is no such grid of yours.", 1]);
  answers = [AWAY, grid()];
  shown.show("grid_a");
  await settled();
  shown.forget();
  await aRetryLater();
  assert.equal(answers.length, 1);
});

test("the list of one's grids", async () => {
  const kind = { loading: "Loading…", none: "None yet.", addressOf: (id) => `/grids/${id}/`, textsOf: () => ({ title: "BTCUSDT", state: "Running", figures: [] }) };
  const list = new InstanceList({ list: answer }, /** @type {any} */ (kind), nothing, () => "");
  answers = [AWAY, { items: [], total: 0 }];
  await list.load();
  assert.equal(byId("own-note").textContent, "The server can't be reached.");
  await aRetryLater();
  assert.deepEqual([byId("own-note").textContent, answers], ["None yet.", []]);
});
