import assert from "node:assert/strict";
import { test } from "node:test";
import { refusalOf } from "../../src/logging_in/handshake.js";
import { AuthenticationError, ConnectionClosedError } from "../../src/index.js";
import { ServerAndClients } from "../server_and_clients.js";
import { nextEvent } from "../waiting.js";

const both = new ServerAndClients();

for (const { status, code, message, type } of [
  { status: 401, code: "authentication_failed", message: "Authentication failed", type: AuthenticationError },
  { status: 403, code: "forbidden", message: "The server refused access", type: ConnectionClosedError },
]) {
  test(`it tells of a handshake refused with HTTP ${status}, and doesn't come back`, async () => {
    both.server.handshakeStatus = status;
    const client = both.clientOf({ reconnectDelay: () => 1 }, "?token=bad");
    const [refused, gone] = [nextEvent(client, "error"), nextEvent(client, "disconnected")];
    await assert.rejects(client.connect(), type);
    assert.deepEqual(await refused, { code, message });
    const { error, ...told } = await gone;
    assert.deepEqual(told, { code: 1006, reason: message });
    assert.ok(error instanceof type);
    assert.equal(client.state, "disconnected");
    both.server.handshakeStatus = 101;
    for (const _ of "123") await both.connectedClient(); // by now the refused one would have come back
    assert.deepEqual(both.server.handshakes, ["/ws?token=bad", "/ws", "/ws", "/ws"]);
  });
}

test("it connects again by hand after a refusal", async () => {
  both.server.handshakeStatus = 401;
  const client = both.clientOf();
  const gone = nextEvent(client, "disconnected");
  client.connect();
  await gone;
  both.server.handshakeStatus = 101;
  await client.connect();
  assert.equal(client.state, "connected");
});

test("it waits the longest delay after HTTP 429", async () => {
  both.server.handshakeStatus = 429;
  const client = both.clientOf();
  const [refused, waiting] = [nextEvent(client, "error"), nextEvent(client, "reconnecting")];
  client.connect();
  assert.deepEqual(await refused, { code: "rate_limited", message: "Too many connections" });
  assert.deepEqual(await waiting, { attempt: 1, delay: 30_000, code: 1006, reason: "Too many connections" });
});

test("it keeps trying where a proxy says that the server is away", async () => {
  both.server.handshakeStatus = 503;
  const client = both.clientOf();
  const thirdAttempt = nextEvent(client, "connecting", ({ attempt }) => attempt === 3);
  const refused = nextEvent(client, "error");
  const connecting = client.connect();
  assert.equal((await refused).code, "socket_error");
  await thirdAttempt;
  both.server.handshakeStatus = 101;
  await connecting;
  assert.equal(client.state, "connected");
});

test("it takes an error without a status, as a browser's, for no refusal", () => {
  assert.equal(refusalOf({}), undefined);
  assert.equal(refusalOf({ message: "connect ECONNREFUSED 127.0.0.1:4010" }), undefined);
});

for (const status of [401, 403]) {
  test(`it tries once more with a fresh token after HTTP ${status}, where a function gives one`, async () => {
    both.server.handshakeStatus = status;
    const asked = [];
    const client = both.clientOf({ token: () => `token ${asked.push(1)}` });
    await assert.rejects(client.connect());
    assert.deepEqual([asked.length, both.server.handshakes.length, client.state], [2, 2, "disconnected"]);
  });
}
