import assert from "node:assert/strict";
import { test } from "node:test";
import { WebSocket } from "ws";
import { ConnectionClosedError, MessageTooLargeError, TidewireClient } from "../src/index.js";
import { frame } from "./market_server.js";
import { ServerAndClients } from "./server_and_clients.js";
import { nextEvent, until } from "./waiting.js";

const both = new ServerAndClients();
const subscribed = (channel) => until(() => both.server.last.subscribed.has(channel));

test("it is connected with the welcome, and hands its data over", async () => {
  const client = both.clientOf();
  const welcome = nextEvent(client, "connected");
  assert.equal(client.state, "disconnected");
  const connecting = client.connect();
  assert.equal(client.state, "connecting");
  await connecting;
  assert.equal(client.state, "connected");
  assert.equal((await welcome).clientId, "ws_1");
  assert.equal(client.connect(), connecting, "a second connect is the same one");
});

test("it refuses an address that is no URL", () => {
  assert.throws(() => new TidewireClient("not an address", { WebSocket }), TypeError);
});

test("it hands a channel's data to that channel's handlers until they are off", async () => {
  const client = await both.connectedClient();
  const prices = [];
  const handler = (message) => prices.push(message.data.price);
  client.on("price:BTCUSDT", handler);
  client.subscribe(["price:BTCUSDT", "price:ETHUSDT"]);
  await subscribed("price:ETHUSDT");
  both.server.publish("price:ETHUSDT", "price", { symbol: "ETHUSDT", price: 3500.5 });
  both.server.publish("price:BTCUSDT", "price", { symbol: "BTCUSDT", price: 97523.45 });
  await until(() => prices.length === 1);
  client.off("price:BTCUSDT", handler);
  const other = nextEvent(client, "price:BTCUSDT");
  both.server.publish("price:BTCUSDT", "price", { symbol: "BTCUSDT", price: 97524 });
  await other;
  assert.deepEqual(prices, [97523.45]);
});

test("it asks only for what is new, and sends a subscription's options", async () => {
  const client = await both.connectedClient();
  client.subscribe(["price:BTCUSDT", "price:BTCUSDT"]);
  client.subscribe(["price:BTCUSDT", "depth:BTCUSDT"], { throttleMilliseconds: 500, batch: true });
  client.unsubscribe("price:UNKNOWN");
  await subscribed("depth:BTCUSDT");
  assert.deepEqual(
    both.server.last.received.filter(({ type }) => type !== "ping"),
    [
      { type: "subscribe", channels: ["price:BTCUSDT"] },
      { type: "subscribe", channels: ["depth:BTCUSDT"], throttle_ms: 500, batch: true },
    ],
  );
});

test("it opens a batch", async () => {
  const client = await both.connectedClient();
  const second = nextEvent(client, "price:ETHUSDT");
  const prices = ["BTCUSDT", "ETHUSDT"];
  const data = prices.map((symbol) => ({ type: "price", channel: `price:${symbol}`, data: { symbol } }));
  both.server.last.socket.send(frame({ type: "batch", data }));
  assert.equal((await second).data.symbol, "ETHUSDT");
});

test("it tells of a gap once, apart from the channel's data", async () => {
  const client = await both.connectedClient();
  const [resyncs, data] = [[], []];
  client.on("resync", (value) => resyncs.push(value));
  client.on("trades:BTCUSDT", (value) => data.push(value));
  const [from, to] = ["2024-12-06T12:00:01.000Z", "2024-12-06T12:00:09.000Z"];
  const gap = { type: "resync", channel: "trades:BTCUSDT", data: { from, to, complete: false, missing: 7 } };
  both.server.last.socket.send(frame(gap));
  both.server.last.socket.send(frame({ type: "resync", channel: "depth:BTCUSDT" }));
  both.server.last.socket.send(frame({ type: "resync", channel: null, data: null }));
  await until(() => resyncs.length === 3);
  assert.deepEqual(resyncs, [
    { channel: "trades:BTCUSDT", from, to, complete: false },
    { channel: "depth:BTCUSDT", from: undefined, to: undefined, complete: false },
    { channel: "", from: undefined, to: undefined, complete: false },
  ]);
  assert.deepEqual(data, []);
});

test("it hands over fields and frame types that it doesn't know", async () => {
  const client = await both.connectedClient();
  const price = nextEvent(client, "price:BTCUSDT");
  const data = { symbol: "BTCUSDT", price: 1, stale: true, novelty: { deep: [1] } };
  both.server.last.socket.send(frame({ type: "novelty", data: null }));
  both.server.last.socket.send(frame({ type: "price", channel: "price:BTCUSDT", novelty: 1, data }));
  const handed = await price;
  assert.deepEqual([handed.data, handed.novelty], [data, 1]);
});

test("it stops after a close that trying again would not mend", async () => {
  const client = await both.connectedClient();
  const gone = nextEvent(client, "disconnected");
  both.server.last.socket.close(4401, "Token expired");
  const { error, ...told } = await gone;
  assert.deepEqual(told, { code: 4401, reason: "Token expired" });
  assert.ok(error instanceof ConnectionClosedError);
  assert.equal(client.state, "disconnected");
});

test("it waits the longest delay after a rate limit", async () => {
  const client = await both.connectedClient();
  const lost = nextEvent(client, "reconnecting");
  both.server.last.socket.close(4429, "Rate limit exceeded");
  assert.equal((await lost).delay, 30_000);
});

test("it lengthens the delay while connections don't last, and starts anew after one that did", async () => {
  const asked = [];
  let now = 0;
  const reconnectDelay = (attempt) => asked.push(attempt) && 5;
  const client = await both.connectedClient({ reconnectDelay, stableAfter: 1_000, now: () => now });
  for (const lasted of [0, 0, 5_000, 0]) {
    now += lasted;
    const back = nextEvent(client, "connected");
    both.server.last.socket.terminate();
    await back;
  }
  assert.deepEqual(asked, [0, 1, 0, 1]);
});

test("it tells a refusal, and doesn't ask again for what was refused", async () => {
  both.server.refusals.set("price:INVALID", { code: "unknown_symbol", message: "Failed to fetch quote for INVALID" });
  const client = await both.connectedClient();
  const refused = nextEvent(client, "error");
  client.subscribe(["price:INVALID", "price:BTCUSDT"]);
  assert.deepEqual(await refused, {
    code: "unknown_symbol",
    message: "Failed to fetch quote for INVALID",
    channel: "price:INVALID",
  });
  assert.equal(client.state, "connected");
  assert.deepEqual(client.channels, ["price:BTCUSDT"]);
});

test("it asks again for a channel while market data is unavailable", async () => {
  both.server.refusals.set("price:BTCUSDT", { code: "unavailable", message: "Market data unavailable" });
  const client = await both.connectedClient({ retryUnavailableAfter: 10 });
  const refused = nextEvent(client, "error");
  client.subscribe("price:BTCUSDT");
  assert.equal((await refused).code, "unavailable");
  both.server.refusals.clear();
  await subscribed("price:BTCUSDT");
});

test("it asks ever more seldom for a channel that stays unavailable", async () => {
  both.server.refusals.set("orders:me", { code: "unavailable", message: "orders:me is not available yet" });
  const client = await both.connectedClient({ retryUnavailableAfter: 20 });
  const refusedAt = [];
  client.on("error", () => refusedAt.push(performance.now()));
  client.subscribe("orders:me");
  await until(() => refusedAt.length >= 4);
  for (const [number, least] of [20, 40, 80].entries())
    assert.ok(refusedAt[number + 1] - refusedAt[number] > least - 5, `${refusedAt}`);
});

test("it reports frames that it can't read, and goes on", async () => {
  const client = await both.connectedClient();
  const errors = [];
  client.on("error", (error) => errors.push(error.message));
  both.server.last.socket.send("{not json");
  both.server.last.socket.send(Buffer.from([1, 2]));
  both.server.last.socket.send("[]");
  both.server.last.socket.send('{"type":"batch","data":[7]}');
  const price = nextEvent(client, "price:BTCUSDT");
  both.server.last.socket.send(frame({ type: "price", channel: "price:BTCUSDT", data: {} }));
  await price;
  assert.match(errors[0], /^The server sent a frame that can't be read: /);
  assert.deepEqual(errors.slice(1), [
    "The server sent a binary frame",
    "The server sent a frame without a type, or whose channel is no name",
    "The server sent a frame without a type, or whose channel is no name",
  ]);
});

test("it reads frames by the parser it is given", async () => {
  const parse = (text) => JSON.parse(text.replace(/":(\d+\.\d+)/g, '":"$1"'));
  const client = await both.connectedClient({ parse });
  const price = nextEvent(client, "price:BTCUSDT");
  both.server.last.socket.send('{"type":"price","channel":"price:BTCUSDT","data":{"price":12345678901234567.12345678}}');
  assert.equal((await price).data.price, "12345678901234567.12345678");
});

test("it reconnects where a ping finds no answer", async () => {
  both.server.answersPings = false;
  const client = await both.connectedClient({ pingInterval: 20, pingTimeout: 10 });
  const { code, reason } = await nextEvent(client, "reconnecting");
  assert.deepEqual({ code, reason }, { code: 1006, reason: "No answer to a ping" });
  await until(() => both.server.connections.length === 2);
});

test("it tries again where the server accepts and never welcomes", async () => {
  both.server.welcomes = false;
  const client = both.clientOf({ connectTimeout: 50 });
  const lost = nextEvent(client, "reconnecting");
  const connecting = client.connect();
  assert.equal((await lost).reason, "No welcome from the server");
  both.server.welcomes = true;
  await connecting;
  assert.equal(client.state, "connected");
});

test("it rejects a connect that is given up before the welcome", async () => {
  both.server.welcomes = false;
  const client = both.clientOf();
  const connecting = client.connect();
  client.disconnect();
  await assert.rejects(connecting, ConnectionClosedError);
  assert.equal(client.state, "disconnected");
});

test("it stays away after disconnect, also from the wait for an attempt, and comes back by connect", async () => {
  const client = await both.connectedClient({ reconnectDelay: () => 5 });
  client.subscribe("price:BTCUSDT");
  const lost = nextEvent(client, "reconnecting");
  both.server.last.socket.terminate();
  await lost;
  client.disconnect();
  client.disconnect();
  const other = await both.connectedClient({ reconnectDelay: () => 50 });
  both.server.last.socket.terminate();
  await nextEvent(other, "connected"); // by now the first client's attempt would have been made ten times over
  assert.equal(both.server.connections.length, 3);
  await client.connect();
  await subscribed("price:BTCUSDT");
});

test("it reconnects at once by hand", async () => {
  const client = await both.connectedClient({ reconnectDelay: () => 60_000 });
  const lost = nextEvent(client, "reconnecting");
  both.server.last.socket.terminate();
  await lost;
  client.reconnect();
  await nextEvent(client, "connected");
  assert.equal(both.server.connections.length, 2);
});

test("it asks for many channels in frames that the server takes", async () => {
  const client = await both.connectedClient();
  const channels = Array.from({ length: 250 }, (_, number) => `price:COIN${number}USDT`);
  const asked = (type) => both.server.last.received.filter((given) => given.type === type).map((given) => given.channels);
  client.subscribe(channels);
  client.unsubscribe(channels);
  await until(() => asked("unsubscribe").flat().length === 250);
  for (const type of ["subscribe", "unsubscribe"]) {
    assert.deepEqual(asked(type).map(({ length }) => length), [100, 100, 50]);
    assert.deepEqual(asked(type).flat(), channels);
  }
});

test("it refuses a channel that no frame can name, and adds none of that call", async () => {
  const client = await both.connectedClient();
  const subscribe = () => client.subscribe(["price:BTCUSDT", `price:${"é".repeat(32_768)}`]);
  assert.throws(subscribe, (error) => error instanceof MessageTooLargeError && error.limit === 65_536);
  assert.deepEqual(client.channels, []);
  client.subscribe("price:ETHUSDT");
  await subscribed("price:ETHUSDT");
});

test("it divides what it asks for so that no frame is over the server's limit", async () => {
  const channels = Array.from({ length: 99 }, (_, index) => `price:${"X".repeat(2_000)}${index}`);
  const client = await both.connectedClient();
  client.subscribe(channels);
  await subscribed(channels.at(-1));
  client.unsubscribe(channels);
  await until(() => both.server.last.subscribed.size === 0);
  const frames = both.server.last.received.filter((given) => given.channels);
  assert.deepEqual(frames.flatMap((given) => given.channels), [...channels, ...channels]);
  assert.ok(frames.every((given) => JSON.stringify(given).length <= 65_536));
});

test("it asks again in one chain, however often it was asked by hand", async () => {
  both.server.refusals.set("price:BTCUSDT", { code: "unavailable", message: "Market data unavailable" });
  const client = await both.connectedClient({ retryUnavailableAfter: 200 });
  const refusedAt = [];
  client.on("error", () => refusedAt.push(performance.now()));
  client.subscribe("price:BTCUSDT");
  for (const count of [1, 2, 3]) {
    await until(() => refusedAt.length >= count);
    client.resubscribe();
  }
  await until(() => refusedAt.length >= 4);
  const next = refusedAt.length;
  await until(() => refusedAt.length > next + 2);
  assert.ok(refusedAt[next + 2] - refusedAt[next] > 2 * 190, `${refusedAt}`);
});
