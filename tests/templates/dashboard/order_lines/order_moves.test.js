import "../../page_in_node.js";
import { HeldServer } from "../../held_server.js";
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { until } from "../../../../clients/javascript/tests/waiting.js";
import { SessionError } from "../../../../templates/static/shared/session/session_requests.js";
import { settled } from "../../settled.js";

const server = new HeldServer();
const { TradingRequests } = await import("../../../../templates/static/shared/trading/trading_requests.js");
const { OrderMoves } = await import("../../../../templates/static/dashboard/order_lines/order_moves.js");

const INFO = /** @type {any} */ ({ symbol: "BTCUSDT", base: "BTC", quote: "USDT", tickSize: 0.01, stepSize: 0.00001 });
const ORDER = /** @type {any} */ ({
  ...{ id: "7", clientOrderId: "mine", account: "acc_a", symbol: "BTCUSDT", side: "buy", type: "limit", timeInForce: "gtc" },
  ...{ price: 94_000, stopPrice: null, quantity: 0.03, quoteQuantity: null, filled: 0, status: "new", reason: null, instance: null },
});
const OTHER = { ...ORDER, id: "5", price: 90_000 };
const ANEW = { ...ORDER, id: "8", price: 93_900 };
const CANCEL = "POST orders/7/cancel/";
const PLACE = "POST orders/";
const NONE = new Map();

let user = "ann";
const token = async () => {
  if (user) return user;
  throw new SessionError("Sign in first", { code: "signed_out" });
};
const requests = new TradingRequests(/** @type {any} */ ({ token }));
/** @type {OrderMoves} */
let moves;
beforeEach(() => {
  user = "ann";
  moves = new OrderMoves(requests, { changed: () => undefined, user: () => user });
});

afterEach(() => {
  user = "";
  moves.enter();
});

const byId = (id) => document.getElementById(id);
const note = () => (byId("order-note").hidden ? "" : byId("order-note-text").textContent);
const told = (...orders) => new Map(orders.map((order) => [order.id, order]));
const resting = (...orders) => [...moves.resting(told(...orders)).keys()];

function begin() {
  moves.ask({ order: ORDER, to: "93900", info: INFO }, { market: 95_000, takesFocus: false });
  moves.confirm(ORDER.id);
}

async function cancelled() {
  (await server.asked(CANCEL)).answer({ ...ORDER, status: "cancelled" });
}

async function placed() {
  await cancelled();
  (await server.asked(PLACE)).answer(ANEW, 201);
  await until(() => note().endsWith(" now."));
}

test("an order that was moved rests at its new price alone, whatever is told first", async () => {
  begin();
  await placed();
  assert.deepEqual(resting(ORDER, OTHER), ["8", "5"]);
  moves.follow(told(ORDER, OTHER), NONE); // news of something else
  assert.deepEqual(resting(ORDER, OTHER), ["8", "5"]);
  moves.follow(told(OTHER, ANEW), told(ORDER));
  assert.deepEqual([resting(OTHER, ANEW), resting(OTHER)], [["5", "8"], ["5"]]);
});

test("an order that was moved can be moved and cancelled before it is told of", async () => {
  begin();
  await placed();
  moves.ask({ order: ANEW, to: "93800", info: INFO }, { market: 95_000, takesFocus: false });
  moves.follow(told(ORDER), NONE);
  assert.match(note(), /^Move BUY 0.03 from 93,900.00 to 93,800.00\?/);
  const done = moves.cancel(ANEW);
  (await server.asked("POST orders/8/cancel/")).answer({ ...ANEW, status: "cancelled" });
  await done;
  assert.deepEqual([resting(ORDER), resting(ORDER, ANEW)], [[], []]);
});

test("it says of an order that is filled as soon as it is placed no longer that it rests", async () => {
  begin();
  await cancelled();
  (await server.asked(PLACE)).answer({ ...ANEW, status: "filled" }, 201);
  await until(() => note().endsWith(" now."));
  assert.deepEqual(resting(ORDER), []);
});

test("who signs out while an order is moved is told what it came to, and may finish it on coming back", async () => {
  begin();
  const cancelling = await server.asked(CANCEL);
  user = "";
  moves.enter();
  cancelling.answer({ ...ORDER, status: "cancelled" });
  await until(() => note().startsWith("BUY 0.03 is cancelled, and was not placed at 93,900.00: Sign in first."));
  user = "ann";
  moves.enter();
  byId("order-note-act").click();
  assert.equal((await server.asked(PLACE)).body.price, "94000");
});

test("nothing of it is told to whoever comes next, nor placed as them", async () => {
  begin();
  const cancelling = await server.asked(CANCEL);
  user = "";
  moves.enter();
  user = "bob";
  moves.enter();
  cancelling.answer({ ...ORDER, status: "cancelled" });
  await settled();
  assert.deepEqual([note(), moves.shown, server.isAsked(PLACE)], ["", null, false]);
});
