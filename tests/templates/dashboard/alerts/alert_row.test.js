import assert from "node:assert/strict";
import { after, test } from "node:test";
import "../../page_in_node.js";

const { showIn } = await import("../../../../templates/static/shared/time_zone/shown_zone.js");
const { AlertRow } = await import("../../../../templates/static/dashboard/alerts/alert_row.js");

const RULE = { id: 1, name: "BTCUSDT above 90", symbol: "BTCUSDT", enabled: true, state: "armed", source: "price", operator: "above", threshold: 90, firings: 2, last_fired_at: "2026-11-25T23:12:05Z" };
const MARKET = { price: 80, tickSize: "0.01", interval: "1m" };

after(() => showIn("UTC"));

test("it tells when a rule has fired last in the page's zone, and follows where that is another", (context) => {
  context.mock.timers.enable({ apis: ["Date"], now: Date.parse("2026-11-25T23:30:00Z") });
  const row = new AlertRow(/** @type {any} */ (RULE), /** @type {any} */ ({}));
  document.body.append(row.node);
  row.show(/** @type {any} */ (RULE), MARKET);
  const fired = row.node.querySelector(".alert-row-fired");
  const seen = () => [fired.textContent, fired.getAttribute("title"), fired.getAttribute("datetime")];
  assert.deepEqual(seen(), ["Fired 2 times, 23:12:05", "2026-11-25 23:12:05 UTC", "2026-11-25T23:12:05.000Z"]);
  showIn("Asia/Tokyo");
  document.dispatchEvent(new document.defaultView.CustomEvent("zonechange"));
  assert.deepEqual(seen(), ["Fired 2 times, 08:12:05", "2026-11-26 08:12:05 UTC+9 · 2026-11-25 23:12:05 UTC", "2026-11-25T23:12:05.000Z"]);
  row.show(/** @type {any} */ ({ ...RULE, firings: 0, last_fired_at: null }), MARKET);
  assert.deepEqual(seen(), ["Not fired yet", null, null]);
});

test("it tells the date, too, once that isn't today in the page's zone", (context) => {
  context.mock.timers.enable({ apis: ["Date"], now: Date.parse("2026-11-26T00:30:00Z") });
  const row = new AlertRow(/** @type {any} */ (RULE), /** @type {any} */ ({}));
  const seen = (/** @type {string} */ zone) => {
    showIn(zone);
    row.show(/** @type {any} */ (RULE), MARKET);
    return row.node.querySelector(".alert-row-fired").textContent;
  };
  assert.deepEqual(["UTC", "Asia/Tokyo"].map(seen), ["Fired 2 times, 2026-11-25 23:12", "Fired 2 times, 08:12:05"]);
});

test("in place of the market that a rule does without stands what its first condition looks at", () => {
  const row = new AlertRow(/** @type {any} */ (RULE), /** @type {any} */ ({}));
  const place = (/** @type {object} */ rule) => {
    row.show(/** @type {any} */ ({ ...RULE, symbol: "", ...rule }), MARKET);
    return row.node.querySelector(".alert-row-market").textContent;
  };
  const wallet = { source: "wallet", field: "outgoing", chain: "ethereum", address: "0x1234567890abcdef" };
  const transaction = { ...wallet, field: "confirmations", tx: "0xabcdef1234567890" };
  const rules = [{ source: "portfolio", field: "equity" }, { source: "strategy", strategy: "strat_a" }, wallet, transaction];
  assert.deepEqual(rules.map(place), ["Your portfolio", "Your strategy", "A wallet", "A transaction"]);
  assert.equal(place({ conditions: [wallet, { source: "portfolio", field: "equity", operator: "above", threshold: 1 }], combine: "any" }), "A wallet");
  assert.equal(place({ symbol: "BTCUSDT" }), "BTCUSDT");
});
