import assert from "node:assert/strict";
import { test } from "node:test";
import { outcomeOf } from "../../../../templates/static/dashboard/ticket/order_outcome.js";
import { INFO, order } from "./fixtures.js";

const told = (other) => outcomeOf(order(other), INFO);

test("it tells what became of an order, and at which price", () => {
  assert.deepEqual(told({ status: "filled", filled: 0.1, averagePrice: 94999.987654 }), { state: "filled", text: "Bought 0.1 BTC at 94,999.9876." });
  assert.deepEqual(told({ side: "sell", status: "filled", filled: 0.1, averagePrice: 95001 }).text, "Sold 0.1 BTC at 95,001.00.");
  assert.deepEqual(told({ status: "partially_filled", filled: 0.04, averagePrice: 95000 }), {
    ...{ state: "resting", text: "Bought 0.04 of 0.1 BTC at 95,000.00 so far; the rest waits." },
  });
});

test("it tells what an order waits for", () => {
  assert.deepEqual(told({}), { state: "resting", text: "Resting: buys 0.1 BTC at 95,000.00 or lower." });
  assert.equal(told({ type: "market", price: null }).state, "sent");
  const stop = { type: "stop", price: null, stopPrice: 98000 };
  assert.equal(told(stop).text, "Waiting: buys 0.1 BTC at the market once it has risen to 98,000.00.");
  const stopLimit = told({ ...stop, side: "sell", price: 93990, stopPrice: 94000 });
  assert.equal(stopLimit.text, "Waiting: sells 0.1 BTC at 93,990.00 or higher once the market has fallen to 94,000.00.");
});

test("it tells why an order came to nothing, or to a part", () => {
  assert.deepEqual(told({ status: "rejected", reason: "no money" }), { state: "ended", text: "Rejected: no money." });
  assert.equal(told({ status: "cancelled" }).text, "Cancelled.");
  assert.equal(told({ status: "cancelled", reason: "no USDT" }).text, "Cancelled: no USDT.");
  assert.equal(told({ status: "cancelled", reason: "kill_switch" }).text, "Cancelled: by the kill switch.");
  const part = { status: "cancelled", filled: 0.04, averagePrice: 95000 };
  assert.equal(told(part).text, "Bought 0.04 of 0.1 BTC at 95,000.00; the rest was cancelled.");
  assert.equal(told({ ...part, reason: "no USDT" }).text, "Bought 0.04 of 0.1 BTC at 95,000.00; the rest was cancelled: no USDT.");
});
