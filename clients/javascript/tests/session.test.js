/** What a session makes of servers, and of functions for tokens, that behave as none of ours does. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AttemptsExhaustedError,
  AuthenticationError,
  CommandTimeoutError,
  ConnectionClosedError,
} from "../src/index.js";
import { frame } from "./market_server.js";
import { ServerAndClients } from "./server_and_clients.js";
import { heard, nextEvent, until } from "./waiting.js";

const both = new ServerAndClients();
const accepted = { success: true, data: { user_id: "7", expires_at: "2124-12-06T12:00:00.000Z" } };
/** As `accepted`, of a token that has 1 s left by the server's clock. */
const ending = { ...accepted, data: { user_id: "7", expires_at: "2024-12-06T12:00:01.000Z" } };
const refused = (code) => ({ success: false, error: { code, message: `${code}, it says` } });

/** What clients have sent of a type, over all connections. */
function received(type) {
  return both.server.connections.flatMap((each) => each.received).filter((given) => given.type === type);
}

test("it answers the server's pings", async () => {
  await both.connectedClient();
  both.server.last.socket.send(frame({ type: "ping" }));
  await until(() => received("pong").length === 1);
});

test("it logs in before it asks for anything", async () => {
  both.server.loginAnswers = [accepted];
  const client = both.clientOf({ token: "a.b.c" });
  client.subscribe("account:me");
  const unanswered = assert.rejects(client.command("preferences.get", {}, { timeout: 1_000 }), CommandTimeoutError);
  const connected = nextEvent(client, "connected");
  await client.connect();
  await until(() => received("command").length === 1);
  assert.deepEqual(
    both.server.last.received.map(({ type }) => type).slice(0, 3),
    ["auth", "subscribe", "command"],
  );
  const { authenticated, userId } = await connected;
  assert.deepEqual([authenticated, userId, client.userId], [true, "7", "7"]);
  await unanswered;
});

test("it asks a function for one more token after a refusal, and then no more", async () => {
  const asked = [];
  both.server.loginAnswers = [refused("authentication_failed"), refused("authentication_failed"), accepted];
  const client = both.clientOf({ token: () => `token ${asked.push(1)}` });
  const [errors, gone] = [heard(client, "error"), nextEvent(client, "disconnected")];
  await assert.rejects(client.connect(), AuthenticationError);
  assert.ok((await gone).error instanceof AuthenticationError);
  assert.deepEqual(received("auth").map(({ token }) => token), ["token 1", "token 2"]);
  assert.deepEqual(errors.map(({ code }) => code), ["authentication_failed", "authentication_failed"]);
  await client.connect();
  assert.equal(received("auth").at(-1).token, "token 3");
});

test("it tries a login again that the server could not check", async () => {
  both.server.loginAnswers = [refused("unavailable"), accepted];
  const client = both.clientOf({ token: "a.b.c" });
  const lost = nextEvent(client, "reconnecting");
  await client.connect();
  assert.equal((await lost).reason, "unavailable, it says");
});

test("it waits where the server says that there are too many logins", async () => {
  both.server.loginAnswers = [refused("rate_limited")];
  const client = both.clientOf({ token: "a.b.c" });
  const lost = nextEvent(client, "reconnecting");
  client.connect();
  assert.equal((await lost).delay, 30_000);
});

test("it leaves a server that never answers its login, and a function that never gives a token", async () => {
  for (const token of ["a.b.c", () => new Promise(() => undefined)]) {
    const client = both.clientOf({ token, connectTimeout: 50, maximumAttempts: 1 });
    const errors = heard(client, "error");
    await assert.rejects(client.connect(), AttemptsExhaustedError);
    assert.deepEqual(errors.map(({ code }) => code), ["timeout", "timeout"]);
  }
});

test("it tries again where there is no token for now", async () => {
  both.server.loginAnswers = [accepted];
  const tokens = [() => Promise.reject(new Error("away")), () => "a.b.c"];
  const client = both.clientOf({ token: () => tokens.shift()() });
  const errors = heard(client, "error");
  await client.connect();
  assert.deepEqual(errors.map(({ code }) => code), ["token_unavailable"]);
});

test("it gets a new token after 4401, where there is a function for it", async () => {
  const asked = [];
  both.server.loginAnswers = [accepted, accepted];
  const client = both.clientOf({ token: () => `token ${asked.push(1)}` });
  await client.connect();
  const back = nextEvent(client, "connected");
  both.server.last.socket.close(4401, "Token expired");
  await back;
  assert.deepEqual(received("auth").map(({ token }) => token), ["token 1", "token 2"]);
});

test("it logs in on the next connection where the live one is lost meanwhile", async () => {
  const client = await both.connectedClient();
  both.server.loginAnswers = [undefined, accepted];
  const changed = client.setToken("a.b.c");
  await until(() => received("auth").length === 1);
  both.server.last.socket.terminate();
  await changed;
  assert.deepEqual([client.state, client.userId, received("auth").length], ["connected", "7", 2]);
});

test("it leaves a login that is on its way where nobody is to be logged in any more", async () => {
  const client = await both.connectedClient();
  const login = client.setToken("a.b.c");
  await until(() => received("auth").length === 1);
  await client.setToken(null);
  await login;
  assert.deepEqual([client.state, client.userId, both.server.connections.length], ["connected", null, 2]);
});

test("it sends no token that comes after another login", async () => {
  const client = await both.connectedClient();
  let give = (_token) => undefined;
  const login = client.setToken(() => new Promise((resolve) => (give = resolve)));
  await client.setToken(null);
  give("a.b.c");
  await login;
  assert.deepEqual([client.state, client.userId, received("auth")], ["connected", null, []]);
});

test("it heeds no welcome but the first", async () => {
  const client = await both.connectedClient();
  const welcomes = heard(client, "connected");
  both.server.last.socket.send(frame({ type: "connected", data: {} }));
  const sent = nextEvent(client, "price:BTCUSDT");
  both.server.last.socket.send(frame({ type: "price", channel: "price:BTCUSDT", data: {} }));
  await sent;
  assert.deepEqual(welcomes, []);
});

test("it tells of a socket that can't be opened, and gives up after the last attempt", async () => {
  const WebSocket = class {
    constructor() {
      throw new Error("The operation is insecure");
    }
  };
  const client = both.clientOf({ WebSocket, maximumAttempts: 2 });
  const errors = heard(client, "error");
  const command = client.command("market.overview");
  const ended = assert.rejects(command, (error) => error.constructor === ConnectionClosedError);
  await assert.rejects(client.connect(), AttemptsExhaustedError);
  await ended;
  const told = errors.map(({ code, message }) => `${code}: ${message}`);
  assert.deepEqual(told, Array(3).fill("socket_error: The operation is insecure"));
});

test("it ends by a second user what the first had under way, and by none what nobody had", async () => {
  both.server.loginAnswers = [accepted, refused("forbidden"), accepted];
  const client = both.clientOf({ token: "first" });
  await client.connect();
  const asked = client.command("preferences.get");
  const ended = assert.rejects(asked, ConnectionClosedError);
  await client.setToken("second");
  await ended;
  assert.deepEqual(received("auth").map(({ token }) => token), ["first", "second", "second"]);
  assert.equal(both.server.last.received.filter(({ type }) => type === "command").length, 0);
});

test("it keeps the former token where a live login is refused", async () => {
  both.server.loginAnswers = [accepted, refused("authentication_failed"), accepted];
  const client = both.clientOf({ token: "first" });
  await client.connect();
  await assert.rejects(client.setToken("wrong"), { name: "AuthenticationError", code: "authentication_failed" });
  assert.equal(client.state, "connected");
  await client.reconnect();
  assert.deepEqual(received("auth").map(({ token }) => token), ["first", "wrong", "first"]);
});

test("it takes a login that tells nothing of the user, and goes on", async () => {
  both.server.loginAnswers = [{ success: true, data: null }];
  const client = await both.connectedClient({ token: "a.b.c" });
  assert.deepEqual([client.state, client.userId], ["connected", ""]);
});

test("it is connected once, however often the server welcomes it", async () => {
  const client = both.clientOf({ token: "a.b.c" });
  const connected = heard(client, "connected");
  const ready = client.connect();
  await until(() => received("auth").length === 1);
  const { socket } = both.server.last;
  socket.send(frame({ type: "connected", data: {} }));
  await until(() => received("auth").length === 2);
  for (let time = 0; time < 2; time += 1) socket.send(frame({ type: "auth_result", ...accepted }));
  await ready;
  await until(() => client.statistics.framesReceived >= 5);
  assert.equal(connected.length, 1);
});

test("it leaves a login on a live connection that nobody answers, and stays who it was", async () => {
  const client = await both.connectedClient({ connectTimeout: 100 });
  const errors = heard(client, "error");
  await assert.rejects(client.setToken("a.b.c"), { code: "timeout" });
  await assert.rejects(client.setToken(() => new Promise(() => undefined)), { code: "timeout" });
  assert.deepEqual(errors.map(({ code }) => code), ["timeout", "timeout"]);
  both.server.last.socket.terminate();
  await nextEvent(client, "connected");
  assert.equal(received("auth").length, 1);
});

const tokenOf = (userId) => `a.${btoa(JSON.stringify({ userId, exp: Date.now() / 1_000 - 1 }))}.c`;

for (const [how, change] of [
  ["by another token while it reconnects", (client) => client.setToken(tokenOf("B"))],
  ["by no token while it reconnects", (client) => client.setToken(null)],
]) {
  test(`it sends no command of one user as another: ${how}`, async () => {
    both.server.loginAnswers = [accepted, accepted];
    const client = await both.connectedClient({ token: tokenOf("A"), reconnectDelay: () => 10_000 });
    const lost = nextEvent(client, "reconnecting");
    both.server.last.socket.terminate();
    await lost;
    const command = assert.rejects(client.command("orders.place"), ConnectionClosedError);
    await change(client);
    await command;
    await assert.rejects(client.command("preferences.get", {}, { timeout: 50 }), CommandTimeoutError);
    assert.deepEqual(received("command").map(({ action }) => action), ["preferences.get"]);
  });
}

test("it sends no command of one user as another: by the function that gives tokens", async () => {
  let user = "A";
  both.server.loginAnswers = [accepted, accepted].map(({ success }) => ({ success, data: { user_id: "7" } }));
  const client = await both.connectedClient({ token: () => tokenOf(user) });
  const command = assert.rejects(client.command("orders.place"), ConnectionClosedError);
  await until(() => received("command").length === 1);
  user = "B";
  both.server.last.socket.terminate();
  await command;
  await nextEvent(client, "connected");
  assert.equal(received("command").length, 1);
});

test("it logs in again before a token's end, by the function that setToken was given", async () => {
  both.server.loginAnswers = [ending, accepted];
  const client = await both.connectedClient();
  await client.setToken(() => "a.b.c");
  await nextEvent(client, "authenticated");
  assert.deepEqual([client.state, received("auth").length, both.server.connections.length], ["connected", 2, 1]);
});

test("it keeps the connection where a renewal fails, and tries again", async () => {
  const tokens = [() => "first", () => Promise.reject(new Error("away")), () => "second"];
  both.server.loginAnswers = [ending, accepted];
  const client = await both.connectedClient({ token: () => tokens.shift()() });
  const { code, message } = await nextEvent(client, "error");
  assert.deepEqual([code, message], ["token_unavailable", "There is no token: away"]);
  await nextEvent(client, "authenticated");
  assert.deepEqual(received("auth").map(({ token }) => token), ["first", "second"]);
  assert.equal(both.server.connections.length, 1);
});

for (const [what, token] of [
  ["a function that never gives another token", (count) => (count > 1 ? new Promise(() => undefined) : "a.b.c")],
  ["a server that never answers", () => "a.b.c"],
]) {
  test(`it waits for no renewal without end: ${what}`, async () => {
    const asked = [];
    both.server.loginAnswers = [ending];
    const client = await both.connectedClient({ token: () => token(asked.push(1)), connectTimeout: 100 });
    const { code, message } = await nextEvent(client, "error");
    assert.deepEqual({ code, message }, { code: "timeout", message: "The renewal of the login took too long" });
    assert.deepEqual([client.state, asked.length], ["connected", 2]);
  });
}
