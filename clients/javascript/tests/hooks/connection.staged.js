import assert from "node:assert/strict";
import { test } from "node:test";
import { RenderedOnStage } from "./rendered_on_stage.js"; // before React, which looks for its document
import { createElement, useEffect } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import {
  TidewireProvider,
  useConnectionQuality,
  usePriceSubscription,
  useSubscription,
  useWebSocket,
} from "../../src/hooks.js";
import { createWebSocketSystem } from "../../src/index.js";
import { until, untilAsked } from "../waiting.js";

RenderedOnStage.describe("the connection of hooks", (on) => {
  test("it connects, says so, and has ended a little after the last component went", async () => {
    const { shown, unmount } = on.render(() => useWebSocket(on.url));
    await until(() => shown.current?.connected);
    assert.deepEqual([shown.current.isConnected, shown.current.state, shown.current.error], [true, "connected", null]);
    assert.equal((await on.stage.statistics()).connectedClients, 1);
    unmount();
    await untilAsked(async () => (await on.stage.statistics()).connectedClients === 0);
  });

  test("it connects to the page's own host where it is given no url, and asks as the example does", async () => {
    const { host } = new URL(on.stage.http);
    const before = globalThis.location;
    globalThis.location = { protocol: "http:", host };
    try {
      const { shown } = on.render(() => usePriceSubscription({ symbols: ["BTCUSDT", "ETHUSDT"] }));
      await until(() => shown.current?.loading === false);
      assert.deepEqual([[...shown.current.prices.keys()].sort(), shown.current.error], [["BTCUSDT", "ETHUSDT"], undefined]);
    } finally {
      globalThis.location = before;
    }
  });

  test("it shares one connection for a url, in StrictMode too, and keeps it while one component is there", async () => {
    const first = on.render(() => useWebSocket(on.url));
    const second = on.render(() => usePriceSubscription({ symbols: ["BTCUSDT"], url: on.url }));
    await until(() => first.shown.current?.connected && !second.shown.current?.loading);
    assert.equal((await on.sent()).length, 1);
    first.unmount();
    const { prices } = second.shown.current;
    await until(() => second.shown.current.prices !== prices);
    assert.equal((await on.sent()).length, 1);
  });

  test("it subscribes and listens by calls, until the component goes", async () => {
    const heard = [];
    const staying = on.render(() => useWebSocket(on.url));
    const { shown, unmount } = on.render(() => {
      const connection = useWebSocket(on.url);
      const { subscribe, onMessage } = connection;
      useEffect(() => {
        subscribe(["price:BTCUSDT", "price:ETHUSDT"]);
        return onMessage("price", ({ channel }) => heard.push(channel));
      }, [subscribe, onMessage]);
      return connection;
    });
    await until(() => heard.includes("price:BTCUSDT") && heard.includes("price:ETHUSDT"));
    shown.current.unsubscribe("price:ETHUSDT");
    await untilAsked(async () => (await on.stage.statistics()).activeChannels.join() === "price:BTCUSDT");
    unmount();
    await untilAsked(async () => (await on.stage.statistics()).activeChannels.length === 0);
    assert.equal(staying.shown.current.connected, true);
  });

  test("it shows a cut, recovers, and subscribes again", async () => {
    const states = [];
    const { shown } = on.render(() => {
      const { state } = useWebSocket(on.url);
      if (states.at(-1) !== state) states.push(state);
      return usePriceSubscription({ symbols: ["BTCUSDT"], url: on.url });
    });
    await until(() => shown.current?.prices.has("BTCUSDT"));
    await on.stage.ask("/proxy/cut");
    await until(() => states.includes("reconnecting"));
    await until(() => states.at(-1) === "connected");
    const { prices } = shown.current;
    await until(() => shown.current.prices !== prices);
    assert.equal((await on.sent()).length, 2);
  });

  test("it measures the connection, and counts that it was lost", async () => {
    const options = { pingInterval: 50 };
    const { shown } = on.render(() => useConnectionQuality({ url: on.url, options }));
    await until(() => shown.current?.jitter !== null && shown.current?.quality === "excellent");
    assert.deepEqual([shown.current.missed, shown.current.disconnections], [0, 0]);
    await on.stage.ask("/proxy/cut");
    await until(() => shown.current.disconnections === 1);
  });

  test("it signs in by a new token on the same connection, asks for what was refused, and signs out", async () => {
    let token = null;
    const { shown, render } = on.render(() => ({
      connection: useWebSocket(on.url, { token }),
      health: useSubscription("system.health", { url: on.url }),
    }));
    await until(() => shown.current?.health.error?.code === "authentication_required");
    assert.equal(shown.current.connection.userId, null);
    ({ token } = await on.stage.ask("/token"));
    render();
    await until(() => shown.current.health.event?.data.status === "ok");
    assert.deepEqual([shown.current.health.error, typeof shown.current.connection.userId], [undefined, "string"]);
    assert.equal((await on.sent()).length, 1);
    token = null;
    render();
    await until(() => shown.current.connection.connected && shown.current.connection.userId === null);
    assert.equal((await on.sent()).length, 2);
  });

  test("it tells that a token was refused, and stays connected as nobody", async () => {
    let token = null;
    const { shown, render } = on.render(() => useWebSocket(on.url, { token }));
    await until(() => shown.current?.connected);
    token = "not.a.token";
    render();
    await until(() => shown.current.error?.code === "authentication_failed");
    assert.deepEqual([shown.current.connected, shown.current.userId], [true, null]);
  });

  test("it refuses a hook that has neither a url nor a provider", () => {
    assert.throws(() => renderToStaticMarkup(createElement(WithoutAnything)), /TidewireProvider/);
  });

  test("it tells why it gave up, and nothing of a disconnection that was meant", async () => {
    await on.stage.ask("/proxy/refuse");
    const { shown } = on.render(() => useWebSocket(on.url, { maximumAttempts: 1, reconnectDelay: () => 1 }));
    await until(() => shown.current?.state === "disconnected" && shown.current.error !== null);
    await on.stage.ask("/proxy/accept");
    await shown.current.system.connect();
    await until(() => shown.current.connected && shown.current.error === null);
    shown.current.system.disconnect();
    await until(() => shown.current.state === "disconnected");
    assert.equal(shown.current.error, null);
  });

  test("it uses the provider's connection, which stays its owner's", async () => {
    const system = createWebSocketSystem({ url: on.url });
    const around = (children) => createElement(TidewireProvider, { system }, children);
    const { shown, unmount } = on.render(() => usePriceSubscription({ symbols: ["BTCUSDT"] }), around);
    await system.connect();
    await until(() => shown.current?.prices.has("BTCUSDT"));
    unmount();
    await untilAsked(async () => (await on.stage.statistics()).activeChannels.length === 0);
    assert.equal(system.client.state, "connected");
    system.disconnect();
  });

  test("it connects for a provider that names a url", async () => {
    const around = (children) => createElement(TidewireProvider, { url: on.url }, children);
    const { shown } = on.render(() => useWebSocket(), around);
    await until(() => shown.current?.connected);
    assert.equal((await on.sent()).length, 1);
  });
});

function WithoutAnything() {
  useConnectionQuality();
  return null;
}
