/** The lines of alerts on the chart: with a linear scale of prices in the place of the chart library, which needs a canvas. */
import "../../page_in_node.js";
import assert from "node:assert/strict";
import { after, mock, test } from "node:test";
import { StateSync } from "../../../../clients/javascript/src/state_sync.js";
import { OwnConnection } from "../../../../clients/javascript/tests/own_connection.js";
import { settled } from "../../settled.js";

const { AlertRules } = await import("../../../../templates/static/dashboard/alerts/alert_rules.js");
const { ChartAlerts } = await import("../../../../templates/static/dashboard/alerts/chart_alerts.js");
const { ChartLevels } = await import("../../../../templates/static/shared/chart/chart_levels.js");

const opened = [];
globalThis.BroadcastChannel = class extends BroadcastChannel {
  constructor(name) {
    super(name);
    opened.push(this);
  }
};
after(() => {
  for (const channel of opened) channel.close();
});
mock.timers.enable({ apis: ["setTimeout"] });
const LATER = 1_000;
const HEIGHT = 400;
const TOP = 300;
const BITCOIN = /** @type {any} */ ({ symbol: "BTCUSDT", tickSize: 0.01 });
const ETHER = /** @type {any} */ ({ symbol: "ETHUSDT", tickSize: 0.01 });
const rule = (id, symbol) => ({ id, symbol, name: "Mine", source: "price", operator: "above", threshold: 100, enabled: true, state: "armed", firings: 0 });

const line = { applyOptions: () => undefined };
const series = { attachPrimitive: () => undefined, removePriceLine: () => undefined, createPriceLine: () => line, priceToCoordinate: (price) => TOP - price, coordinateToPrice: (y) => TOP - y };
const chart = { panes: () => [{ getHeight: () => HEIGHT }], priceScale: () => ({ width: () => 60 }) };
const levels = new ChartLevels(/** @type {any} */ (chart), /** @type {any} */ (series), /** @type {any} */ ({ LineStyle: {} }));

/** @type {any[][]} what the server was told to change: which rule, and to what price */
const changed = [];
const stored = [rule(1, "BTCUSDT"), rule(2, "ETHUSDT")];
const command = async (action, given) => {
  if (action === "alerts.list") return { items: stored, total: stored.length };
  changed.push([given.id, given.conditions?.[0].threshold ?? given.threshold]);
  return { ...stored.find(({ id }) => id === given.id), threshold: Number(changed.at(-1)[1]) };
};
const system = /** @type {any} */ ({ client: { command }, stateSync: new StateSync(new OwnConnection()) });
const rules = new AlertRules(system, /** @type {any} */ ({}));
const lines = new ChartAlerts(rules, { edit: () => undefined, refused: assert.fail });
rules.watch(() => lines.render(), assert.fail);
rules.follow(true);
assert.equal(rules.isLoaded, false); // which loads them
await settled();
lines.drawOn(levels);

const handle = () => document.querySelector("#chart-alerts .alert-handle");
const press = (key) => handle().dispatchEvent(new document.defaultView.KeyboardEvent("keydown", { key }));

async function pass() {
  mock.timers.tick(LATER);
  await settled();
}

test("keys that follow each other soon move a level once", async () => {
  changed.length = 0;
  lines.show(BITCOIN);
  for (const key of ["ArrowUp", "ArrowUp"]) press(key);
  await settled();
  assert.deepEqual(changed, []);
  await pass();
  assert.deepEqual(changed, [[1, "108.00"]]);
});

test("a level that was moved by keys is where it was moved to, though another market is shown at once", async () => {
  changed.length = 0;
  lines.show(ETHER);
  press("ArrowDown");
  lines.show(BITCOIN);
  await settled();
  assert.deepEqual(changed, [[2, "96.00"]]);
  await pass();
  lines.show(ETHER);
  assert.deepEqual([changed.length, handle().getAttribute("aria-valuenow")], [1, "96"]);
});

test("one that was put back before stays where it was", async () => {
  changed.length = 0;
  lines.show(ETHER);
  press("ArrowDown");
  press("Escape");
  lines.show(BITCOIN);
  await pass();
  assert.deepEqual(changed, []);
});
