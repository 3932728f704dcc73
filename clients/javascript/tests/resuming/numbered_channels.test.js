/** Channels that are resumed, over real sockets: what was missed comes once and in order, or the program is told. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { WebSocket } from "ws";
import { createWebSocketSystem } from "../../src/index.js";
import { CHANNEL, NumberedServer } from "./numbered_server.js";
import { until } from "../waiting.js";

let server;
let system;
let ids;
let frames;
let told;

beforeEach(async () => {
  server = await NumberedServer.start();
  [ids, frames, told] = [[], [], []];
});

afterEach(async () => {
  system.disconnect();
  await server.stop();
});

/** A program whose channel is acknowledged, and on which nothing was told yet. */
async function quietProgram(options = {}, ofClient = {}) {
  system = createWebSocketSystem({ url: server.url, WebSocket, reconnectDelay: () => 10, ...ofClient });
  system.on("trades:*", ({ data }) => ids.push(data.tradeId));
  system.onMessage("trade", ({ seq }) => frames.push(seq));
  system.on("resync", (lost) => told.push(lost));
  const acknowledged = new Promise((resolve) => system.onMessage("subscribed", resolve));
  system.subscribe(CHANNEL, options);
  await system.connect();
  await acknowledged;
}

/** A program that has heard of three trades, by a wildcard and by frames. */
async function program(options = {}, ofClient = {}) {
  await quietProgram(options, ofClient);
  server.tell(3);
  await has(3);
}

async function has(count) {
  await until(() => ids.length >= count);
}

function upTo(last) {
  return Array.from({ length: last }, (_, index) => index + 1);
}

for (const options of [{}, { throttleMilliseconds: 500, batch: true }]) {
  test(`it hands over what was missed once and in order, subscribed with ${JSON.stringify(options)}`, async () => {
    await program(options);
    server.cut();
    server.tell(5);
    await has(8);
    server.tell(1);
    await has(9);
    assert.deepEqual([ids, frames, told], [upTo(9), upTo(9), []]);
    assert.deepEqual(server.asked, [{}, { [CHANNEL]: { epoch: "a", seq: 3 } }]);
    assert.equal(await system.resumed(CHANNEL), true);
  });
}

test("it hands over the first event of a quiet channel that was told while there was no connection", async () => {
  await quietProgram();
  server.cut();
  server.tell(1);
  await has(1);
  server.tell(1);
  await has(2);
  assert.deepEqual([ids, told, await system.resumed(CHANNEL)], [[1, 2], [], true]);
  assert.deepEqual(server.asked, [{}, {}, { [CHANNEL]: { epoch: "a", seq: 0 } }]);
});

test("it tells of the first events of a quiet channel that nobody can bring", async () => {
  await quietProgram();
  server.keeps = 2;
  server.cut();
  server.tell(3);
  await until(() => told.length === 1);
  server.tell(1);
  await has(1);
  assert.deepEqual([ids, told[0].reason], [[4], "too_old"]);
});

test("it loses nothing where the connection dies while it is resumed", async () => {
  await program();
  server.leavesAfter = 2;
  server.cut();
  server.tell(5);
  await has(8);
  assert.deepEqual(ids, upTo(8));
  assert.deepEqual(server.asked.slice(1).map((since) => since[CHANNEL].seq), [3, 5]);
});

test("it tells that it was away for too long, and goes on", async () => {
  await program();
  server.keeps = 3;
  server.cut();
  server.tell(5);
  await until(() => told.length === 1);
  assert.equal(await system.resumed(CHANNEL), false);
  server.tell(1);
  await has(4);
  assert.deepEqual(ids, [1, 2, 3, 9]);
  const [{ channel, complete, reason, from, to }] = told;
  assert.deepEqual([channel, complete, reason, Date.parse(from) <= Date.parse(to)], [CHANNEL, false, "too_old", true]);
});

test("it goes on as before with a server that numbers nothing", async () => {
  server.resumes = false;
  await program();
  server.cut();
  await until(() => server.asked.length === 2);
  server.tell(1);
  await has(4);
  assert.deepEqual([ids, told, await system.resumed(CHANNEL)], [upTo(4), [], false]);
});

test("it asks for a number that is missing before it hands over what follows", async () => {
  await program();
  server.loses = new Set([4, 5]);
  server.tell(4);
  await has(7);
  server.tell(1);
  await has(8);
  assert.deepEqual([ids, told], [upTo(8), []]);
  assert.deepEqual(server.asked.slice(1), [{ [CHANNEL]: { epoch: "a", seq: 3 } }]);
});

test("it tells of what nobody can recover, and doesn't ask without end", async () => {
  await program();
  for (const wanted of [5, 7, 9, 10]) {
    server.loses = new Set([server.end + 1]);
    server.tell(2);
    await has(wanted);
  }
  assert.deepEqual(told.map(({ reason }) => reason), ["jumped"]);
  assert.deepEqual([ids, server.asked.length], [[...upTo(9), 11], 4]);
});

test("it begins anew where a handler has unsubscribed while it was resumed", async () => {
  await program();
  system.on(CHANNEL, ({ data }) => data.tradeId === 5 && system.unsubscribe(CHANNEL));
  server.cut();
  server.tell(2);
  await has(5);
  await until(() => system.client.channels.length === 0 && server.readers === 0);
  server.tell(4);
  system.subscribe(CHANNEL);
  await until(() => server.asked.length === 3);
  server.tell(1);
  await has(6);
  assert.deepEqual([ids, told, server.asked[2]], [[1, 2, 3, 4, 5, 10], [], {}]);
});

test("it folds what was missed into a value, and loads another snapshot only where something is lost", async () => {
  await program();
  const loads = [];
  const load = async () => {
    loads.push(server.end);
    return server.end;
  };
  const counted = system.stateSync.define("trades", { load, channels: [CHANNEL], apply: (count) => count + 1 });
  await until(() => counted.value === 3);
  server.keeps = 4;
  server.cut();
  server.tell(4);
  await until(() => counted.value === 7);
  server.cut();
  server.tell(5);
  await until(() => counted.value === 12);
  assert.deepEqual([loads, told.length], [[3, 12], 1]);
});

test("it asks for nothing of what another user has missed", async () => {
  await program({}, { token: tokenOf("1") });
  await system.reconnect();
  await until(() => server.asked.length === 2);
  await system.setToken(tokenOf("2"));
  await until(() => server.asked.length === 3);
  assert.deepEqual(server.asked, [{}, { [CHANNEL]: { epoch: "a", seq: 3 } }, {}]);
});

/** @param {string} userId */
function tokenOf(userId) {
  return `e30.${btoa(JSON.stringify({ userId }))}.`;
}
