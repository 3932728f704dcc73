import assert from "node:assert/strict";
import { test } from "node:test";
import { UnreadableFrameError } from "../src/errors.js";
import { decodeFrames } from "../src/frames.js";

const decoded = (dialect, frame) => decodeFrames(JSON.stringify(frame), JSON.parse, dialect);
const [timestamp, data] = [1_703_836_800_000, { symbol: "BTCUSDT", price: 97523.45 }];
const named = { type: "event", channel: "grid.a.order", event: "filled", data: { level: 3 }, timestamp };

for (const { name, dialect, given, expected } of [
  {
    name: "a market event of the trading dialect",
    dialect: "trading",
    given: { type: "data", channel: "trade:BTCUSDT", data: { type: "trade", data }, timestamp },
    expected: { type: "trade", channel: "trade:BTCUSDT", data, timestamp },
  },
  {
    name: "a named event of the trading dialect",
    dialect: "trading",
    given: { ...named, type: "data", event: undefined, data: { type: "event", event: "filled", data: named.data } },
    expected: named,
  },
  {
    name: "a refusal of the trading dialect",
    dialect: "trading",
    given: { type: "error", channel: "price:X", message: "Failed", code: "unknown_symbol", timestamp },
    expected: { type: "error", channel: "price:X", data: { code: "unknown_symbol", message: "Failed" }, timestamp },
  },
  {
    name: "the welcome of the trading dialect",
    dialect: "trading",
    given: { type: "connected", clientId: "client_1", timestamp },
    expected: { type: "connected", data: { clientId: "client_1", authenticated: true, timestamp }, timestamp },
  },
  {
    name: "a refusal of zigquant-v2",
    dialect: "zigquant-v2",
    given: { type: "error", timestamp, data: { code: "forbidden", message: "Denied", channel: "grid.b.order" } },
    expected: {
      type: "error",
      channel: "grid.b.order",
      data: { code: "forbidden", message: "Denied", channel: "grid.b.order" },
      timestamp,
    },
  },
  { name: "a named event of zigquant-v2", dialect: "zigquant-v2", given: named, expected: named },
  { name: "a named event of the market dialect", dialect: "market", given: named, expected: named },
]) {
  test(`it brings ${name} into the common shape`, () => assert.deepEqual(decoded(dialect, given), [expected]));
}

for (const [channel, event, type] of [
  ["price:BTC-USD", "update", "price"],
  ["quotes:BTCUSDT", "update", "price"],
  ["ticker:BTCUSDT", "update", "ticker"],
  ["klines:BTCUSDT:1m", "update", "kline"],
  ["kline:BTCUSDT:1m", "update", "kline"],
  ["trades:BTCUSDT", "update", "trade"],
  ["trade:BTCUSDT", "update", "trade"],
  ["depth:BTCUSDT", "update", "depth"],
  ["signals:BTCUSDT", "update", "signal"],
  ["market:overview", "update", "overview"],
  ["blocks:ethereum", "update", "block"],
  ["trades:BTCUSDT", "resync", "resync"],
  ["orders:me", "order", "order"],
  ["notifications", "notification", "notification"],
  ["tx:0xab", "transaction", "transaction"],
  ["grid.*", "resync", "resync"],
  ["system.exchange", "resync", "resync"],
]) {
  test(`it tells the type of ${channel}'s ${event} in zigquant-v2`, () => {
    const expected = [{ type, channel, data, timestamp }];
    assert.deepEqual(decoded("zigquant-v2", { type: "event", channel, event, data, timestamp }), expected);
  });
}

test("it leaves the exchange's own news of a hole as news, in zigquant-v2", () => {
  const frame = { type: "event", channel: "system.exchange", event: "resync", data: { exchange: "binance" }, timestamp };
  assert.deepEqual(decoded("zigquant-v2", frame), [frame]);
});

test("it makes one acknowledgement of each channel, of those that zigquant-v2 sends at once", () => {
  const at = (channels) => ({ type: "subscribed", timestamp, data: { channels, active_subscriptions: 2 } });
  assert.deepEqual(
    decoded("zigquant-v2", at(["system.health", "price:BTCUSDT"])).map(({ type, channel }) => [type, channel]),
    [
      ["subscribed", "system.health"],
      ["subscribed", "price:BTCUSDT"],
    ],
  );
  assert.deepEqual(decoded("zigquant-v2", at([])), []);
});

for (const dialect of ["market", "trading", "zigquant-v2"]) {
  test(`it opens a batch, and hands over what it doesn't know (${dialect})`, () => {
    const novelty = { type: "novelty", channel: "x", data: null, deep: { n: 1 } };
    assert.deepEqual(decoded(dialect, { type: "batch", data: [novelty, novelty] }), [novelty, novelty]);
  });

  test(`it refuses what is no frame (${dialect})`, () => {
    for (const frame of [null, 7, "text", [], {}, { type: 7 }, { type: "batch", data: [null] }]) {
      assert.throws(() => decoded(dialect, frame), UnreadableFrameError, JSON.stringify(frame));
    }
    assert.throws(() => decodeFrames("{not json", JSON.parse, dialect), UnreadableFrameError);
    assert.throws(() => decodeFrames(new ArrayBuffer(1), JSON.parse, dialect), UnreadableFrameError);
  });
}

test("it refuses events without the inner type or with fields of other types", () => {
  for (const data of [null, 7, {}, { type: 7 }]) {
    assert.throws(() => decoded("trading", { type: "data", channel: "x", data }), UnreadableFrameError);
  }
  const event = { type: "event", channel: "orders:me", event: 7, data: null };
  assert.throws(() => decoded("zigquant-v2", event), UnreadableFrameError);
});

test("it refuses a channel that is no name, in every dialect", () => {
  for (const dialect of ["market", "trading", "zigquant-v2"]) {
    for (const channel of [7, {}, ["price:BTCUSDT"], true]) {
      assert.throws(() => decoded(dialect, { type: "price", channel, data: {} }), UnreadableFrameError);
    }
  }
  assert.throws(() => decoded("zigquant-v2", { type: "subscribed", data: { channels: [7] } }), UnreadableFrameError);
});
