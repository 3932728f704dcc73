/** The client on the real gateway: what a server of our own making would only repeat of our beliefs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { WebSocket } from "ws";
import { AuthenticationError, CommandRefusedError, ConnectionClosedError } from "../src/index.js";
import { Staged } from "./staged.js";
import { heard, nextEvent, subscribed, until } from "./waiting.js";

const DIALECTS = /** @type {const} */ (["market", "trading", "zigquant-v2"]);
const LOGIN_ONLY = ["trading", "zigquant-v2"];

Staged.describe("in every dialect", (staged) => {
  for (const dialect of DIALECTS) {
    const loggedIn = async (options = {}) => {
      const client = staged.clientOf({ dialect, token: () => staged.token(), ...options });
      await client.connect();
      return client;
    };

    test(`it hands events over in one shape, by channel, wildcard and type (${dialect})`, async () => {
      const client = await loggedIn();
      const [byWildcard, all] = [heard(client, "trades:*"), heard(client, "*")];
      const types = new Set();
      client.onMessage("*", ({ type }) => types.add(type));
      client.subscribe(["price:BTCUSDT", "klines:BTCUSDT:1m", "trades:BTCUSDT", "depth:BTCUSDT", "market:overview"]);
      client.subscribe("system.*");
      const [price, kline, depth, overview, health] = await Promise.all([
        nextEvent(client, "price:BTCUSDT"),
        nextEvent(client, "klines:BTCUSDT:1m"),
        nextEvent(client, "depth:*"),
        nextEvent(client, "market:overview"),
        nextEvent(client, "system.health"),
      ]);
      await until(() => byWildcard.length > 0);
      const told = [price, kline, depth, overview, health, byWildcard[0]];
      assert.deepEqual(
        told.map(({ type, channel, event }) => [type, channel, event]),
        [
          ["price", "price:BTCUSDT", undefined],
          ["kline", "klines:BTCUSDT:1m", undefined],
          ["depth", "depth:BTCUSDT", undefined],
          ["overview", "market:overview", undefined],
          ["event", "system.health", "update"],
          ["trade", "trades:BTCUSDT", undefined],
        ],
      );
      assert.ok(told.every(({ data, timestamp }) => data && timestamp));
      assert.ok(price.data.price > 0 && depth.data.bids.length > 0 && overview.data.symbols.length > 0);
      assert.ok(told.every((frame) => all.includes(frame)));
      for (const type of ["subscribed", "price", "event"]) assert.ok(types.has(type), type);
    });

    test(`it answers commands, more at once than the gateway takes in a second (${dialect})`, async () => {
      const client = await loggedIn();
      client.subscribe("price:BTCUSDT");
      const answers = Array.from({ length: 15 }, () => client.command("session.subscriptions"));
      assert.equal(client.statistics.queued, 5);
      for (const { channels } of await Promise.all(answers)) assert.deepEqual(channels, ["price:BTCUSDT"]);
      const wrong = client.command("market.history", { symbol: "BTCUSDT", interval: "7m" });
      await assert.rejects(wrong, ({ constructor, code, fields }) => {
        assert.deepEqual([constructor, code], [CommandRefusedError, "VALIDATION_ERROR"]);
        assert.deepEqual(Object.keys(fields), ["interval"]);
        return true;
      });
    });

    test(`it renews the login by hand, and keeps it where the gateway refuses another (${dialect})`, async () => {
      const client = await loggedIn();
      await subscribed(client, "account:me");
      const [errors, connecting] = [heard(client, "error"), heard(client, "connecting")];
      const authenticated = nextEvent(client, "authenticated");
      await client.setToken(await staged.token());
      assert.equal((await authenticated).userId, client.userId);
      await assert.rejects(client.setToken("not.a.token"), AuthenticationError);
      assert.deepEqual([errors.length, errors[0].code], [1, "authentication_failed"]);
      assert.deepEqual([client.state, connecting.length], ["connected", 0]);
      await client.reconnect();
      assert.equal(client.state, "connected", "the former token stands");
    });

    test(`it takes a new connection for another user, and ends the former's commands (${dialect})`, async () => {
      const client = await loggedIn();
      const notOurs = heard(client, "error");
      client.subscribe("ops.gateways");
      await until(() => notOurs.length === 1);
      const asked = Array.from({ length: 100 }, () => client.command("session.quality"));
      const outcomes = Promise.allSettled(asked);
      await client.setToken(await staged.token("admin"));
      assert.ok((await outcomes).at(-1).reason instanceof ConnectionClosedError);
      client.subscribe("ops.gateways");
      assert.equal((await nextEvent(client, "ops.gateways")).event, "update");
    });
  }

  for (const dialect of LOGIN_ONLY) {
    test(`it stops where nobody logs in (${dialect})`, async () => {
      const client = staged.clientOf({ dialect });
      const errors = heard(client, "error");
      if (dialect === "trading") await assert.rejects(client.connect(), AuthenticationError);
      else {
        await client.connect();
        client.subscribe("price:BTCUSDT");
        await until(() => errors.length > 0);
      }
      assert.match(errors[0].code, /^authentication_/);
    });
  }

  test("it is told of a restart, and has fresh data after it, in every dialect", async () => {
    const clients = DIALECTS.map((dialect) => staged.clientOf({ dialect, token: () => staged.token() }));
    const freshPrices = () => Promise.all(clients.map((client) => nextEvent(client, "price:BTCUSDT")));
    await Promise.all(clients.map((client) => client.connect()));
    for (const client of clients) client.subscribe("price:BTCUSDT");
    await freshPrices();
    const lost = Promise.all(clients.map((client) => nextEvent(client, "reconnecting")));
    const connected = clients.map((client) => heard(client, "connected"));
    const restarted = staged.stage.ask("/gateway/restart");
    for (const [index, { code, delay }] of (await lost).entries()) {
      assert.equal(code, DIALECTS[index] === "trading" ? 1000 : 1012);
      assert.ok(delay >= 500 && delay <= 1_500, `${delay}`);
    }
    await restarted;
    await until(() => connected.every((states) => states.length === 1));
    await freshPrices();
    assert.deepEqual(clients.map(({ statistics }) => statistics.disconnections), [1, 1, 1]);
  });

  test("it signs in and out on the live page's connection, keeping what needs no login", async () => {
    const client = staged.clientOf();
    client.subscribe("price:BTCUSDT");
    await client.connect();
    const connecting = heard(client, "connecting");
    assert.equal(client.userId, null);
    await client.setToken(() => staged.token());
    assert.deepEqual([typeof client.userId, connecting.length], ["string", 0]);
    await subscribed(client, "account:me");
    const refused = nextEvent(client, "error");
    await client.setToken(null);
    assert.deepEqual([client.userId, client.state, connecting.length], [null, "connected", 1]);
    assert.deepEqual([(await refused).code, (await refused).channel], ["authentication_required", "account:me"]);
    assert.deepEqual(client.channels, ["price:BTCUSDT"]);
    await nextEvent(client, "price:BTCUSDT");
    await client.setToken(null);
    assert.equal(connecting.length, 1, "there is nobody to sign out");
  });

  test("it keeps a token for the next connection where there is none", async () => {
    const client = staged.clientOf();
    await client.setToken(await staged.token());
    assert.equal(client.state, "disconnected");
    await client.connect();
    assert.equal(typeof client.userId, "string");
  });

  test("it measures the connection, and counts what passes over it", async () => {
    const client = staged.clientOf({ pingInterval: 20 });
    const qualities = heard(client, "quality");
    assert.equal(client.statistics.connectedAt, null);
    client.subscribe(["price:BTCUSDT", "price:ETHUSDT"]);
    await client.connect();
    await until(() => qualities.length >= 3);
    const { latency, mean, jitter, missed, disconnections } = client.quality;
    assert.ok(latency >= 0 && mean >= 0 && jitter >= 0);
    assert.deepEqual([missed, disconnections, qualities.at(-1)], [0, 0, client.quality]);
    const { framesReceived, framesSent, connectedAt, subscriptions, queued } = client.statistics;
    assert.ok(framesReceived >= 5 && framesSent >= 4, "a welcome, two acknowledgements, pongs; what asked for them");
    assert.ok(Date.now() - connectedAt < 10_000);
    assert.deepEqual([subscriptions, queued], [2, 0]);
  });

  test("it spares the address the token by a ticket, unless it is asked for it", async () => {
    const [byTicket, byQuery] = [[], []];
    for (const [tokenIn, addresses] of [["ticket", byTicket], ["query", byQuery]]) {
      const Watched = class extends WebSocket {
        constructor(address, protocols) {
          super(address, protocols);
          addresses.push(address);
        }
      };
      const client = staged.clientOf({ dialect: "trading", tokenIn, token: await staged.token(), WebSocket: Watched });
      await client.connect();
      await client.reconnect();
    }
    const parameters = (addresses) => addresses.map(({ searchParams }) => [...searchParams.keys()]);
    assert.deepEqual([parameters(byTicket), parameters(byQuery)], [[["ticket"], ["ticket"]], [["token"], ["token"]]]);
    assert.notEqual(byTicket[0].href, byTicket[1].href, "a ticket is good once");
  });
});
