import "../../page_in_node.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { order } from "../../shared/trading/fixtures.js";

const { orderRow, positionRow } = await import("../../../../templates/static/dashboard/trading/trading_rows.js");

const markets = { infoOf: () => undefined, addressOf: (symbol) => `#${symbol}` };
const resting = /** @type {any} */ (order());

/** A row of an order, its button, and how often its cancellation was asked for; `ended`: what is known of orders that have ended. */
function shown(ended = new Map()) {
  let cancelled = 0;
  const cancel = (_, action) => {
    cancelled += 1;
    action.setAttribute("aria-disabled", "true"); // as while the server is asked
  };
  const { element, show } = orderRow(markets, cancel, (id) => ended.get(id));
  const button = element.querySelector("button");
  return { show, button, cancelled: () => cancelled };
}

test("an order that rests no more is told as what became of it, and as ended where that isn't known", () => {
  const wordsOf = (ended) => {
    const { show, button } = shown(ended);
    show(resting, true);
    return button.textContent;
  };
  assert.equal(wordsOf(new Map([["ord_a", order({ status: "filled" })]])), "Filled");
  assert.equal(wordsOf(new Map([["ord_a", order({ status: "cancelled" })]])), "Cancelled");
  assert.equal(wordsOf(new Map()), "Ended");
});

test("a cancellation that is under way isn't asked for again, whatever is written to the row meanwhile", () => {
  const { show, button, cancelled } = shown();
  show(resting, false);
  button.click();
  show({ ...resting, filled: 0.001, status: "partially_filled" }, false);
  button.click();
  assert.deepEqual([cancelled(), button.getAttribute("aria-disabled")], [1, "true"]);
});

test("the gain of a position on a market that isn't listed has decimals that fit its asset", () => {
  const { element, show } = positionRow(markets, () => undefined);
  show({ account: "acc_a", symbol: "ETHBTC", quantity: 0.5, averagePrice: 0.05, price: 0.0501, unrealizedPnl: 0.00005 }, false);
  assert.equal(element.querySelector("[data-label='Unrealised gain']").textContent, "+0.00005000 BTC (+0.20%)");
});

test("one that rests after all can be cancelled", () => {
  const { show, button, cancelled } = shown();
  show(resting, true);
  button.click();
  show(resting, false);
  button.click();
  assert.deepEqual([cancelled(), button.textContent], [1, "Cancel"]);
});
