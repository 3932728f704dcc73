/** An order that is followed, of which a new connection tells only where it still rests. */
import { addPart } from "../../page_in_node.js";
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Emitter } from "../../../../clients/javascript/src/emitter.js";
import { settled } from "../../settled.js";
import { INFO, order } from "./fixtures.js";

addPart("ticket.html");
const { OrderFollowing } = await import("../../../../templates/static/dashboard/ticket/order_following.js");

mock.timers.enable({ apis: ["setTimeout"] });
const GIVEN = /** @type {any} */ ({ symbol: "BTCUSDT", side: "buy", type: "limit", quantity: "0.1", price: "95000" });
const RESTING = "Resting: buys 0.1 BTC at 95,000.00 or lower.";

/** A resting order that is followed, and what is shown of it; `now`: what it is by the server's list. */
async function followed(now) {
  const messages = new Emitter();
  const client = { onMessage: (type, handler) => messages.on(type, handler) };
  const asked = [];
  const requests = {
    placeOrder: async (_, key) => order({ clientOrderId: key }),
    orders: async (which) => {
      asked.push(which);
      return { items: [order({ clientOrderId: which.clientOrderId, ...now })], total: 1 };
    },
  };
  const following = new OrderFollowing(/** @type {any} */ (client), /** @type {any} */ (requests), { placed: () => undefined, changed: () => following.show(false) });
  await following.place(GIVEN, INFO);
  const subscribed = async (channel, said = {}) => {
    messages.emit("subscribed", { channel, ...said });
    await settled();
  };
  return { following, asked, subscribed, shown: () => document.getElementById("ticket-outcome").textContent };
}

test("an order that ended while there was no connection is shown as it is", async () => {
  const { shown, subscribed, asked } = await followed({ status: "filled", filled: 0.1, averagePrice: 95_000 });
  assert.equal(shown(), RESTING);
  await subscribed("orders:me");
  assert.equal(shown(), "Bought 0.1 BTC at 95,000.00.");
  await subscribed("orders:me");
  assert.equal(asked.length, 1);
});

test("it isn't asked for where all that was missed is told, nor by another channel, nor once it is forgotten", async () => {
  const { following, subscribed, shown, asked } = await followed({});
  await subscribed("orders:me", { recovered: true });
  await subscribed("account:me");
  following.forget();
  await subscribed("orders:me");
  assert.deepEqual([asked, shown()], [[], ""]);
});
