import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Emitter } from "../../../clients/javascript/src/emitter.js";
import { followBacktests } from "../../../templates/static/shared/strategies/backtest_following.js";

/** A connection whose news the test gives; as the client, it asks for a channel that it has no second time. */
class Connection extends Emitter {
  userId = null;
  subscribed = new Set();
  messages = new Emitter();

  subscribe(channels) {
    for (const channel of channels) this.subscribed.add(channel);
  }

  unsubscribe(channels) {
    for (const channel of channels) this.subscribed.delete(channel);
  }

  onMessage(type, handler) {
    this.messages.on(type, handler);
  }
}

let connection;
let told;

beforeEach(() => {
  connection = new Connection();
  told = [];
  followBacktests(/** @type {any} */ (connection), {
    progress: (event) => told.push(["progress", event.id]),
    lifecycle: (event) => told.push(["lifecycle", event.id]),
    again: () => told.push(["again"]),
  });
});

test("it tells progress and ends of one's backtests, and nothing else of them", () => {
  for (const name of ["progress", "lifecycle", "other"]) {
    const channel = `backtest.bt_a.${name}`;
    connection.emitMatching(channel, { channel, data: { id: "bt_a" } });
  }
  assert.deepEqual(told, [["progress", "bt_a"], ["lifecycle", "bt_a"]]);
});

test("once somebody has logged in it subscribes, and once that is granted it reads what came before", () => {
  connection.emit("connected", {});
  assert.deepEqual([[...connection.subscribed], told], [[], []]);
  connection.userId = "1";
  connection.emit("authenticated", {});
  connection.emit("connected", {});
  assert.deepEqual([[...connection.subscribed], told], [["backtest.*"], []]);
  connection.messages.emitMatching("subscribed", { channel: "price:BTCUSDT" });
  connection.messages.emitMatching("subscribed", { channel: "backtest.*" });
  assert.deepEqual(told, [["again"]]);
});

test("once nobody is logged in any more it gives them up", () => {
  connection.userId = "1";
  connection.emit("connected", {});
  connection.userId = null;
  connection.emit("connected", {});
  assert.deepEqual([...connection.subscribed], []);
});

test("what was lost on the way of backtests is read again", () => {
  connection.emit("resync", { channel: "price:BTCUSDT" });
  connection.emit("resync", { channel: "backtest.bt_a.progress" });
  assert.deepEqual(told, [["again"]]);
});
