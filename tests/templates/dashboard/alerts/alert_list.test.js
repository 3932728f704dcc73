import assert from "node:assert/strict";
import { test } from "node:test";
import { addPart } from "../../page_in_node.js";

addPart("dock.html");
addPart("alerts.html");
const { AlertList } = await import("../../../../templates/static/dashboard/alerts/alert_list.js");

const rule = (id, symbol) => ({ id, name: `${symbol} above 90`, symbol, enabled: true, state: "armed", source: "price", operator: "above", threshold: 90, firings: 0 });
const rules = { all: [rule(2, "BTCUSDT"), rule(1, "ETHUSDT")], isLoaded: true, refresh: () => undefined };
const client = { onMessage: () => undefined, subscribe: async () => undefined, unsubscribe: async () => undefined };

test("the focus stays in a row that has another place, as its market is the one that the page shows now", (context) => {
  context.mock.timers.enable({ apis: ["setInterval"] });
  globalThis.window = /** @type {any} */ (document.defaultView);
  globalThis.location = /** @type {any} */ ({ hash: "#BTCUSDT/1m" });
  const actions = { edit: () => undefined, isSignedIn: () => true, tickSizeOf: () => 0.01, priced: () => undefined };
  const list = new AlertList(/** @type {any} */ (client), /** @type {any} */ (rules), actions);
  const names = () => [...document.querySelectorAll("#alert-list .alert-row-name")].map(({ textContent }) => textContent);
  list.render();
  assert.deepEqual(names(), ["BTCUSDT above 90", "ETHUSDT above 90"]);
  const link = document.querySelector('#alert-list a[href*="ETHUSDT"]');
  link.focus();
  location.hash = link.getAttribute("href");
  list.render();
  assert.deepEqual(names(), ["ETHUSDT above 90", "BTCUSDT above 90"]);
  assert.ok(document.activeElement === link, "by its identity: a difference of nodes takes long to write");
});
