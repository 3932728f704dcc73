import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Emitter } from "../../../clients/javascript/src/emitter.js";
import { followInstances } from "../../../templates/static/shared/trading/instances/following.js";

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
  followInstances(/** @type {any} */ (connection), "grid", {
    instance: ({ channel, event }) => told.push(["grid", channel, event]),
    account: ({ account }) => told.push(["account", account]),
    killSwitch: () => told.push(["kill switch"]),
    again: () => told.push(["again"]),
    refused: (channel, message) => told.push(["refused", channel, message]),
  });
});

test("it tells what happens to one's grids, account and kill switch", () => {
  connection.emitMatching("grid.grid_a.order", { channel: "grid.grid_a.order", event: "placed", data: {} });
  connection.messages.emitMatching("account", { channel: "account:7", data: { account: "acc_a" } });
  connection.emitMatching("system.kill_switch", { channel: "system.kill_switch", event: "activated", data: {} });
  assert.deepEqual(told, [["grid", "grid.grid_a.order", "placed"], ["account", "acc_a"], ["kill switch"]]);
});

test("once somebody has logged in it subscribes, and reads again what was lost on the way", () => {
  connection.emit("connected", {});
  assert.deepEqual([[...connection.subscribed], told], [[], []]);
  connection.userId = "7";
  connection.emit("authenticated", {});
  connection.emit("resync", { channel: "price:BTCUSDT" });
  assert.deepEqual([[...connection.subscribed], told], [["grid.*", "account:me", "system.kill_switch"], []]);
  connection.emit("resync", { channel: "grid.grid_a.trade" });
  assert.deepEqual(told, [["again"]]);
});

test("it says which news isn't to be had, until it is, and then reads what came before", () => {
  connection.emit("error", { code: "unavailable", message: "grid.* is not available yet", channel: "grid.*" });
  connection.emit("error", { code: "forbidden", message: "no", channel: "price:X" });
  connection.messages.emitMatching("subscribed", { channel: "grid.*" });
  assert.deepEqual(told, [["refused", "grid.*", "grid.* is not available yet"], ["refused", "grid.*", ""], ["again"]]);
});
