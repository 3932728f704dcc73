import assert from "node:assert/strict";
import { test } from "node:test";
import { WebSocket } from "ws";
import { createWebSocketSystem } from "../src/index.js";
import { ServerAndClients } from "./server_and_clients.js";
import { nextEvent, until } from "./waiting.js";

const both = new ServerAndClients();

test("it connects, subscribes and hands events over by its own calls", async () => {
  const system = createWebSocketSystem({ url: both.server.url, WebSocket });
  await system.connect();
  system.subscribe("price:BTCUSDT");
  await until(() => both.server.last.subscribed.has("price:BTCUSDT"));
  const price = nextEvent(system, "price:BTCUSDT");
  both.server.publish("price:BTCUSDT", "price", { symbol: "BTCUSDT", price: 2 });
  assert.equal((await price).data.price, 2);
  assert.deepEqual(system.client.channels, ["price:BTCUSDT"]);
  system.disconnect();
  assert.equal(system.client.state, "disconnected");
});

test("it keeps a value in step with the connection's events, and again after a cut", async () => {
  const system = createWebSocketSystem({ url: both.server.url, WebSocket, reconnectDelay: () => 5 });
  let loads = 0;
  const last = system.stateSync.define("last", {
    load: async () => ({ loads: (loads += 1), price: 0 }),
    channels: ["price:BTCUSDT"],
    apply: (value, { data }) => ({ ...value, price: data.price }),
  });
  last.on("change", () => undefined);
  system.subscribe("price:BTCUSDT");
  await system.connect();
  await until(() => last.value?.loads === 1 && both.server.last.subscribed.has("price:BTCUSDT"));
  both.server.publish("price:BTCUSDT", "price", { symbol: "BTCUSDT", price: 2 });
  await until(() => last.value?.price === 2);
  both.server.last.socket.terminate();
  await until(() => last.value?.loads === 2);
  assert.deepEqual(last.value, { loads: 2, price: 0 });
  system.disconnect();
});

test("it refuses an address that is no URL", () => {
  assert.throws(() => createWebSocketSystem({ url: "not an address", WebSocket }), TypeError);
});
