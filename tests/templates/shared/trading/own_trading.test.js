import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Emitter } from "../../../../clients/javascript/src/emitter.js";
import { until } from "../../../../clients/javascript/tests/waiting.js";
import { nextFrame } from "../../page_in_node.js";
import { HeldServer, giveToken, signIn } from "../../held_server.js";
import { account, filled, order, portfolio } from "./fixtures.js";

const { AccessToken } = await import("../../../../templates/static/shared/session/access_token.js");
const { OwnTrading } = await import("../../../../templates/static/shared/trading/own_trading.js");
const { Session } = await import("../../../../templates/static/shared/session/session.js");
const { newRequestKey } = await import("../../../../templates/static/shared/connection/request_key.js");
const { TradingRequests } = await import("../../../../templates/static/shared/trading/trading_requests.js");

const CHANNELS = ["orders:me", "account:me", "portfolio:me"];

/** A connection whose news the test gives. */
class Connection extends Emitter {
  userId = null;
  channels = [];
  messages = new Emitter();

  subscribe(channels) {
    this.channels = [...new Set([...this.channels, ...[channels].flat()])];
  }

  unsubscribe(channels) {
    this.channels = this.channels.filter((channel) => ![channels].flat().includes(channel));
  }

  onMessage(type, handler) {
    this.messages.on(type, handler);
  }

  logIn(userId) {
    this.userId = userId;
    this.emit("authenticated", { userId });
  }

  acknowledge(channels = CHANNELS, said = {}) {
    for (const channel of channels) this.messages.emit("subscribed", { channel, ...said });
  }

  tell(channel, data) {
    this.emit(channel, { channel, data });
  }
}

let server;
let session;
let client;
let requests;
let trading;

beforeEach(() => {
  server = new HeldServer();
  session = new Session({ store: { read: () => null, write: () => undefined, clear: () => undefined, watch: () => undefined } });
  client = new Connection();
  requests = new TradingRequests(new AccessToken(session));
  trading = new OwnTrading(/** @type {any} */ (client), requests, session, { retryAfter: 1 });
});

/** Have somebody use the page and the connection, and be told what there is. */
async function enter(name, { accounts = [account()], past = [] } = {}) {
  await signIn(server, session, name);
  client.logIn(`user-${name}`);
  client.acknowledge();
  await giveToken(server, name);
  (await server.asked("GET accounts/")).answer({ items: accounts, total: accounts.length });
  (await server.asked("GET orders/")).answer({ items: past, total: past.length });
  client.tell("portfolio:me", portfolio());
  await until(() => trading.state === "known");
}

test("it is loading until all is told, then live; who listens hears of it once a frame, however much came", async () => {
  let heard = 0;
  const stop = trading.on(() => (heard += 1));
  assert.deepEqual([trading.state, client.channels], ["signed_out", []]);
  await enter("ada", { past: [filled("ord_z", 0.5, 1)] });
  nextFrame();
  heard = 0;
  for (const id of ["ord_a", "ord_b"]) client.tell("orders:me", order({ id }));
  client.tell("portfolio:me", portfolio([{ symbol: "BTCUSDT", quantity: 0.5, averagePrice: 94_000, price: 94_100, unrealizedPnl: 50 }]));
  nextFrame();
  assert.deepEqual([heard, trading.state, client.channels], [1, "known", CHANNELS]);
  assert.deepEqual([[...trading.openOrders.keys()], trading.fills.length, trading.positions.get("BTCUSDT")?.unrealizedPnl], [["ord_a", "ord_b"], 1, 50]);
  assert.deepEqual(trading.balances.get("USDT"), { asset: "USDT", free: 100_000, locked: 0 });
  stop();
  client.tell("orders:me", order({ id: "ord_c" }));
  nextFrame();
  assert.equal(heard, 1);
});

test("nothing is kept for whoever comes next, nor taken of a connection that is still another's", async () => {
  await enter("ada", { past: [filled("ord_z", 0.5, 1)] });
  client.tell("orders:me", order());
  session.signOut();
  assert.deepEqual([trading.state, trading.openOrders.size, trading.fills.length, trading.accounts.length, trading.portfolio], ["signed_out", 0, 0, 0, null]);
  await signIn(server, session, "eve");
  client.tell("orders:me", order()); // of ada's connection
  assert.deepEqual([trading.state, trading.openOrders.size], ["loading", 0]);
});

test("after a lost connection what rested and isn't told again is gone, and what can't be told is said", async () => {
  await enter("ada");
  for (const id of ["ord_a", "ord_b"]) client.tell("orders:me", order({ id }));
  client.acknowledge(["orders:me"]);
  client.tell("orders:me", order({ id: "ord_b" }));
  (await server.asked("GET accounts/")).answer({ items: [account()], total: 1 });
  (await server.asked("GET orders/")).answer({ items: [], total: 0 });
  await until(() => !trading.openOrders.has("ord_a"));
  assert.deepEqual([...trading.openOrders.keys()], ["ord_b"]);
  client.emit("error", { channel: "portfolio:me", code: "unavailable", message: "portfolio:me can't be read now; try again" });
  assert.deepEqual([trading.state, trading.problem], ["refused", "portfolio:me can't be read now; try again"]);
  client.acknowledge(["portfolio:me"]);
  assert.equal(trading.state, "known");
});

test("after a connection that brings what was missed, all that rested rests still", async () => {
  await enter("ada");
  for (const id of ["ord_a", "ord_b"]) client.tell("orders:me", order({ id }));
  client.acknowledge(["orders:me"], { recovered: true });
  client.tell("orders:me", order({ id: "ord_c" }));
  (await server.asked("GET accounts/")).answer({ items: [account()], total: 1 });
  (await server.asked("GET orders/")).answer({ items: [filled("ord_z", 0.5, 1)], total: 1 });
  await until(() => trading.fills.length === 1);
  assert.deepEqual([...trading.openOrders.keys()], ["ord_a", "ord_b", "ord_c"]);
});

test("what can't be read is said, and asked for again until it is there", async () => {
  await signIn(server, session, "ada");
  client.logIn("user-ada");
  client.acknowledge();
  await giveToken(server, "ada");
  (await server.asked("GET accounts/")).fail();
  (await server.asked("GET orders/")).answer({ items: [], total: 0 });
  await until(() => trading.state === "refused");
  assert.equal(trading.problem, "The server can't be reached");
  (await server.asked("GET accounts/")).answer({ items: [account()], total: 1 });
  (await server.asked("GET orders/")).answer({ items: [], total: 0 });
  await until(() => trading.state === "known");
});

test("where there are several accounts it shows the chosen one's orders, fills and balances, as they were told last", async () => {
  const other = account({ account: "acc_b", name: "Other", default: false, balances: [] });
  await enter("ada", { accounts: [account(), other] });
  client.tell("orders:me", order());
  client.tell("orders:me", filled("ord_b", 1, 2, { account: "acc_b" }));
  client.tell("account:me", { ...other, balances: [{ asset: "ETH", free: 2, locked: 1 }] });
  assert.deepEqual([trading.account, trading.openOrders.size, trading.fills.length], ["acc_a", 1, 0]);
  trading.choose("acc_b");
  assert.deepEqual([trading.account, trading.openOrders.size, trading.fills.length], ["acc_b", 0, 1]);
  assert.deepEqual([...trading.balances.keys()], ["ETH"]);
});

test("an order that is tried again with its key is placed once: the one that was taken is the answer", async () => {
  await enter("ada");
  const given = { symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.001" };
  const key = newRequestKey();
  assert.match(key, /^web-[0-9a-f]{32}$/);
  const placing = requests.placeOrder(given, key);
  const asked = await server.asked("POST orders/");
  assert.deepEqual(asked.body, { ...given, client_order_id: key });
  asked.answer({ error: { code: "CONFLICT", message: `The client_order_id ${key} was used before (DUPLICATE)` } }, 409);
  (await server.asked("GET orders/")).answer({ items: [order({ clientOrderId: key })], total: 1 });
  assert.equal((await placing).clientOrderId, key);
});
