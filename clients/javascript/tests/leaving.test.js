import assert from "node:assert/strict";
import { test } from "node:test";
import { frame } from "./market_server.js";
import { ServerAndClients } from "./server_and_clients.js";
import { nextEvent, until } from "./waiting.js";

const both = new ServerAndClients();

function batch() {
  const prices = [1, 2, 3].map((price) => ({ type: "price", channel: "price:BTCUSDT", data: { price } }));
  return frame({ type: "batch", data: prices });
}

for (const leave of ["disconnect", "reconnect"]) {
  test(`it hands over no later frame of a batch after ${leave} in a handler`, async () => {
    const client = await both.connectedClient();
    const prices = [];
    client.on("price:BTCUSDT", ({ data }) => {
      prices.push(data.price);
      if (data.price === 2) client[leave]();
    });
    both.server.last.socket.send(batch());
    await until(() => prices.length >= 2);
    await both.connectedClient();
    assert.deepEqual(prices, [1, 2]);
  });
}

test("it stays away after disconnect in the handler of a time-out", async () => {
  both.server.answersPings = false;
  const client = await both.connectedClient({ pingInterval: 20, pingTimeout: 10 });
  const reconnecting = [];
  client.on("reconnecting", (value) => reconnecting.push(value));
  client.on("error", () => client.disconnect());
  const gone = await nextEvent(client, "disconnected");
  assert.equal(gone.reason, "Closed by this client");
  await both.connectedClient();
  assert.deepEqual([client.state, reconnecting], ["disconnected", []]);
});
