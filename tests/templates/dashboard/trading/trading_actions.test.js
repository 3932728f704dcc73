import "../../page_in_node.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { TradingActions } from "../../../../templates/static/dashboard/trading/trading_actions.js";
import { HeldServer } from "../../held_server.js";
import { order } from "../../shared/trading/fixtures.js";

const server = new HeldServer();
const { TradingRequests } = await import("../../../../templates/static/shared/trading/trading_requests.js");
const { orderRow } = await import("../../../../templates/static/dashboard/trading/trading_rows.js");
const requests = new TradingRequests(/** @type {any} */ ({ token: async () => "t" }));
const ORDER = /** @type {any} */ ({ id: "7", symbol: "BTCUSDT", side: "buy", type: "limit", quantity: 0.002, quoteQuantity: null, price: 60_000, stopPrice: null, filled: 0 });

test("a cancellation that nobody answered is told as not known, and may be tried again", async () => {
  const said = [];
  const actions = new TradingActions(/** @type {any} */ ({ account: "a" }), requests, /** @type {any} */ (null), (words) => said.push(words));
  const button = document.createElement("button");
  const first = actions.cancel(ORDER, button);
  assert.equal(button.getAttribute("aria-disabled"), "true");
  (await server.asked("POST orders/7/cancel/")).fail();
  await first;
  assert.match(said[0], /^Perhaps cancelled: buy 0.002 BTCUSDT at 60000\. The server can't be reached, so it may have been done or not\.$/);
  assert.equal(button.getAttribute("aria-disabled"), null);
  const again = actions.cancel(ORDER, button);
  (await server.asked("POST orders/7/cancel/")).answer({ error: { code: "CONFLICT", message: "The order is not open" } }, 409);
  await again;
  assert.equal(said[1], "Not cancelled: The order is not open.");
});

test("an order that has ended while its cancellation was under way can't be cancelled again where that was refused", async () => {
  const actions = new TradingActions(/** @type {any} */ ({ account: "a" }), requests, /** @type {any} */ (null), () => undefined);
  const resting = /** @type {any} */ (order());
  let cancelled;
  const markets = { infoOf: () => undefined, addressOf: () => "" };
  const { element, show } = orderRow(markets, (one, action) => (cancelled = actions.cancel(one, action)), () => undefined);
  const button = element.querySelector("button");
  show(resting, false);
  button.click();
  const request = await server.asked(`POST orders/${resting.id}/cancel/`);
  show(resting, true);
  request.answer({ error: { code: "CONFLICT", message: "The order is not open" } }, 409);
  await cancelled;
  assert.deepEqual([button.textContent, button.getAttribute("aria-disabled")], ["Ended", "true"]);
});
