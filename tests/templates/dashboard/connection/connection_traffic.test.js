import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { WebSocket, WebSocketServer } from "ws";
import { ConnectionTraffic, utf8Length } from "../../../../templates/static/dashboard/connection/connection_traffic.js";

test("it sees every frame of a socket, in both directions and in order", async () => {
  const server = new WebSocketServer({ port: 0 });
  server.on("connection", (socket) => socket.on("message", (payload) => socket.send(`{"echo":${payload}}`)));
  const traffic = new ConnectionTraffic();
  const seen = [];
  traffic.watch((frame) => seen.push(frame));
  const socket = new (traffic.observed(WebSocket))(`ws://127.0.0.1:${server.address().port}`);
  assert.throws(() => socket.send("too early"));
  await once(socket, "open");
  socket.send('"ü"');
  await once(socket, "message");
  socket.close();
  socket.send("too late");
  await once(socket, "close");
  server.close();
  assert.deepEqual(seen, [
    { direction: "out", text: '"ü"' },
    { direction: "in", text: '{"echo":"ü"}' },
  ]);
  assert.deepEqual([traffic.sent.frames, traffic.sent.bytes], [1, 4]);
  assert.deepEqual([traffic.received.frames, traffic.received.bytes], [1, 13]);
});

test("it counts a binary frame, of which there is no text to show", async () => {
  const server = new WebSocketServer({ port: 0 });
  server.on("connection", (socket) => socket.send(Buffer.alloc(7)));
  const traffic = new ConnectionTraffic();
  traffic.watch(() => assert.fail("it has no text"));
  const socket = new (traffic.observed(WebSocket))(`ws://127.0.0.1:${server.address().port}`);
  await once(socket, "message");
  socket.terminate();
  server.close();
  assert.deepEqual([traffic.received.frames, traffic.received.bytes], [1, 7]);
});

test("it measures text as the wire does", () => {
  for (const text of ["", "BTCUSDT", "ü", "币安人生", "🚀 to the moon", "a\u0080b\u07ff\u0800\uffff"]) {
    assert.equal(utf8Length(text), Buffer.byteLength(text), text);
  }
});
