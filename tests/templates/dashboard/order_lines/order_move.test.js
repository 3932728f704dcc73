import "../../page_in_node.js";
import { HeldServer } from "../../held_server.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { until } from "../../../../clients/javascript/tests/waiting.js";
import { moveText, questionOf } from "../../../../templates/static/dashboard/order_lines/order_line_text.js";
import { OrderMove } from "../../../../templates/static/dashboard/order_lines/order_move.js";

const server = new HeldServer();
const { TradingRequests } = await import("../../../../templates/static/shared/trading/trading_requests.js");
const requests = new TradingRequests(/** @type {any} */ ({ token: async () => "t" }));
const INFO = /** @type {any} */ ({ symbol: "BTCUSDT", base: "BTC", quote: "USDT", tickSize: 0.01, stepSize: 0.00001 });
const ORDER = /** @type {any} */ ({
  ...{ id: "7", clientOrderId: "mine", account: "acc_a", symbol: "BTCUSDT", side: "buy", type: "limit", timeInForce: "gtc" },
  ...{ price: 94_000, stopPrice: null, quantity: 0.03, quoteQuantity: null, filled: 0, status: "new", reason: null, instance: null },
});
const STOP_LIMIT = { ...ORDER, side: "sell", type: "stop_limit", stopPrice: 90_000, price: 89_950 };
const CANCEL = "POST orders/7/cancel/";
const PLACE = "POST orders/";

/** @type {string[]} */
let states = [];
beforeEach(() => {
  states = [];
});

function newMove(order = ORDER, to = "93900") {
  const move = new OrderMove(requests, { order, to, info: INFO }, () => states.push(move.state));
  return move;
}

function refuse({ answer }, status, message, code = "CONFLICT") {
  answer({ error: { code, message } }, status);
}

async function cancelled(order = ORDER) {
  (await server.asked(CANCEL)).answer({ ...order, status: "cancelled" });
}

test("it cancels, and places at the new price what wasn't filled by then", async () => {
  const move = newMove();
  assert.deepEqual(questionOf(move, 95_000), { text: "Move BUY 0.03 from 94,000.00 to 93,900.00?", mayGo: true });
  const done = move.go();
  await cancelled({ ...ORDER, filled: 0.01 });
  const { body, answer } = await server.asked(PLACE);
  const { client_order_id: key, ...given } = body;
  assert.deepEqual(given, { symbol: "BTCUSDT", side: "buy", type: "limit", time_in_force: "gtc", account: "acc_a", quantity: "0.02", price: "93900" });
  assert.match(key, /^[\w.-]{1,36}$/);
  answer({ ...ORDER, id: "8", price: 93_900, quantity: 0.02 }, 201);
  await done;
  assert.deepEqual([states, move.placed?.id], [["cancelling", "placing", "moved"], "8"]);
  assert.equal(moveText(move), "0.01 was filled meanwhile. BUY 0.02 is at 93,900.00 now.");
});

test("it places nothing where the order is filled already, or stays open", async () => {
  const filled = newMove();
  const ended = filled.go();
  refuse(await server.asked(CANCEL), 409, "The order is not open; it is filled");
  await ended;
  assert.equal(moveText(filled), "Nothing was placed anew: The order is not open; it is filled.");
  const limited = newMove();
  const kept = limited.go();
  refuse(await server.asked(CANCEL), 429, "Too many", "RATE_LIMITED");
  await kept;
  assert.deepEqual([limited.state, limited.isOpenEnded, server.isAsked(PLACE)], ["kept", false, false]);
});

test("it says in the server's words that the new price is refused, and puts the order back where it was", async () => {
  const move = newMove(STOP_LIMIT, "89000.5");
  const done = move.go();
  await cancelled(STOP_LIMIT);
  const first = await server.asked(PLACE);
  assert.deepEqual([first.body.stop_price, first.body.price], ["89000.5", "88950.5"]);
  refuse(first, 409, "The order would need 1 USDT more (INSUFFICIENT_BALANCE)");
  await done;
  assert.equal(move.isOpenEnded, true);
  assert.equal(moveText(move), "SELL 0.03 is cancelled, and was not placed at 89,000.50: The order would need 1 USDT more (INSUFFICIENT_BALANCE).");
  const back = move.putBack();
  const second = await server.asked(PLACE);
  assert.deepEqual([second.body.stop_price, second.body.price], ["90000", "89950"]);
  assert.notEqual(second.body.client_order_id, first.body.client_order_id);
  second.answer({ ...STOP_LIMIT, id: "9" }, 201);
  await back;
  assert.equal(moveText(move), "SELL 0.03 is at 90,000.00 now.");
});

test("tried again after nobody has answered it neither cancels nor places twice", async () => {
  const move = newMove();
  let done = move.go();
  (await server.asked(CANCEL)).fail();
  await done;
  assert.equal(move.state, "uncertain");
  done = move.go();
  refuse(await server.asked(CANCEL), 409, "The order is not open; it is cancelled");
  const found = "GET orders/";
  await until(() => server.isAsked(found));
  (await server.asked(found)).answer({ items: [{ ...ORDER, status: "cancelled" }], total: 1 });
  const lost = await server.asked(PLACE);
  lost.fail();
  await done;
  assert.equal(move.state, "unanswered");
  done = move.go();
  const again = await server.asked(PLACE);
  assert.equal(again.body.client_order_id, lost.body.client_order_id);
  refuse(again, 409, "The client_order_id was used before (DUPLICATE)");
  (await server.asked(found)).answer({ items: [{ ...ORDER, id: "8", price: 93_900 }], total: 1 });
  await done;
  assert.deepEqual([move.state, move.placed?.id, server.isAsked(CANCEL)], ["moved", "8", false]);
});

test("it warns of what is executed at once, and doesn't begin what would be refused once the order is cancelled", () => {
  assert.match(questionOf(newMove(ORDER, "96000"), 95_000).text, /executed at once/);
  assert.equal(questionOf(newMove(ORDER, "96000"), undefined).mayGo, true);
  assert.equal(questionOf(newMove({ ...ORDER, type: "limit_maker" }, "96000"), 95_000).mayGo, false);
  assert.equal(questionOf(newMove(STOP_LIMIT, "95000"), 94_000).mayGo, false);
  const { text } = questionOf(newMove(STOP_LIMIT, "91000"), 94_000);
  assert.equal(text, "Move SELL 0.03 from 90,000.00 to 91,000.00 (limit from 89,950.00 to 90,950.00)?");
});
