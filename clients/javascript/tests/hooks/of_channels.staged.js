import assert from "node:assert/strict";
import { test } from "node:test";
import { RenderedOnStage } from "./rendered_on_stage.js"; // before React, which looks for its document
import { useMessage, usePriceSubscription, useSubscription, useWebSocket } from "../../src/hooks.js";
import { until, untilAsked } from "../waiting.js";

/** A symbol of which the gateway sends nothing, so that every price of it is the test's. */
const UNTRADED = "TESTUSDT";
/** StrictMode calls each component twice, to show what is no pure function of its state. */
const RENDERINGS_IN_STRICT_MODE = 2;

RenderedOnStage.describe("hooks of channels", (on) => {
  test("it follows prices, asks for each channel once, and leaves what no component wants", async () => {
    const first = on.render(() => usePriceSubscription({ symbols: ["BTCUSDT", "ETHUSDT"], url: on.url }));
    const second = on.render(() => usePriceSubscription({ symbols: ["ETHUSDT"], url: on.url }));
    assert.equal(first.shown.current?.loading ?? true, true);
    await until(() => first.shown.current?.loading === false && second.shown.current?.loading === false);
    const { prices } = first.shown.current;
    assert.deepEqual([...prices.keys()].sort(), ["BTCUSDT", "ETHUSDT"]);
    assert.ok(prices.get("BTCUSDT").price > 0);
    const asked = (await on.asked()).flatMap(([, ...channels]) => channels);
    assert.deepEqual(asked.sort(), ["price:BTCUSDT", "price:ETHUSDT"]);
    first.unmount();
    await untilAsked(async () => (await on.stage.statistics()).activeChannels.join() === "price:ETHUSDT");
  });

  test("it keeps what it knows where the symbols change, and asks for the new ones only", async () => {
    let symbols = ["BTCUSDT"];
    const { shown, render } = on.render(() => usePriceSubscription({ symbols: [...symbols], url: on.url }));
    await until(() => shown.current?.prices.has("BTCUSDT"));
    symbols = ["BTCUSDT", "ETHUSDT"];
    render();
    await until(() => shown.current.prices.has("ETHUSDT"));
    assert.ok(shown.current.prices.has("BTCUSDT"));
    symbols = ["ETHUSDT"];
    render();
    await until(() => !shown.current.prices.has("BTCUSDT"));
    assert.deepEqual(await on.asked(), [
      ["subscribe", "price:BTCUSDT"],
      ["subscribe", "price:ETHUSDT"],
      ["unsubscribe", "price:BTCUSDT"],
    ]);
  });

  test("it asks for nothing while it is not enabled", async () => {
    let enabled = false;
    const { shown, render } = on.render(() => usePriceSubscription({ symbols: ["BTCUSDT"], enabled, url: on.url }));
    const connection = on.render(() => useWebSocket(on.url));
    await until(() => connection.shown.current?.connected);
    assert.deepEqual([shown.current.loading, await on.asked()], [false, []]);
    enabled = true;
    render();
    await until(() => shown.current.prices.size === 1);
  });

  test("it tells which symbol was refused, and shows the others", async () => {
    const { shown } = on.render(() => usePriceSubscription({ symbols: ["NOPE", "BTCUSDT"], url: on.url }));
    await until(() => shown.current?.loading === false);
    assert.deepEqual([shown.current.error.code, shown.current.error.channel], ["unknown_symbol", "price:NOPE"]);
    assert.deepEqual([...shown.current.prices.keys()], ["BTCUSDT"]);
  });

  test("it renders at most once a frame, however many updates come", async () => {
    const { shown } = on.render(() => usePriceSubscription({ symbols: [UNTRADED], url: on.url }));
    await until(() => shown.current?.loading === false);
    const [renderings, began] = [shown.renderings, performance.now()];
    const updates = 200;
    for (let count = 1; count <= updates; count += 1) {
      await on.inject(priceFrame(UNTRADED, count));
    }
    await until(() => shown.current.prices.get(UNTRADED).price === updates);
    const frames = (performance.now() - began) / (1000 / 60) + 1;
    assert.ok((shown.renderings - renderings) / RENDERINGS_IN_STRICT_MODE <= frames);
  });

  test("it renders once for updates that come together", async () => {
    const seen = new Set();
    const { shown } = on.render(() => {
      const value = usePriceSubscription({ symbols: [UNTRADED], url: on.url });
      for (const { price } of value.prices.values()) seen.add(price);
      return value;
    });
    await until(() => shown.current?.loading === false);
    const data = Array.from({ length: 100 }, (_, index) => priceFrame(UNTRADED, index));
    await on.inject({ type: "batch", data });
    await until(() => seen.has(99));
    assert.deepEqual([...seen], [99]);
  });

  test("it hands every event of a subscription over, and shows the newest", async () => {
    const events = [];
    const onEvent = (event) => events.push(event);
    const { shown } = on.render(() => useSubscription(["trades:BTCUSDT"], { onEvent, url: on.url }));
    await until(() => shown.current?.event !== undefined && events.length > 2);
    assert.ok(events.every(({ type }) => type === "trade"));
    await until(() => shown.current.events.get("trades:BTCUSDT") === shown.current.event);
    assert.deepEqual([shown.current.loading, shown.current.error], [false, undefined]);
  });

  test("it hands frames of a type to the newest handler, and renders none of them", async () => {
    const heard = [];
    let name = "first";
    on.render(() => useSubscription("trades:BTCUSDT", { url: on.url }));
    const { shown, render } = on.render(() => useMessage("trade", () => heard.push(name), { url: on.url }));
    await until(() => heard.includes("first"));
    name = "second";
    render();
    await until(() => heard.includes("second"));
    const { renderings } = shown;
    const before = heard.length;
    await until(() => heard.length > before + 2);
    assert.equal(shown.renderings, renderings);
  });

  test("it shows the newest frame of a type where there is no handler", async () => {
    const { shown } = on.render(() => {
      useSubscription("depth:BTCUSDT", { url: on.url });
      return useMessage("depth", null, { url: on.url });
    });
    await until(() => shown.current?.channel === "depth:BTCUSDT");
    assert.ok(shown.current.data.bids.length > 0);
  });
});

function priceFrame(symbol, price) {
  return { type: "price", channel: `price:${symbol}`, symbol, data: { symbol, price } };
}
