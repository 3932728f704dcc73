import assert from "node:assert/strict";
import { test } from "node:test";
import { frameDescription } from "../../../../templates/static/dashboard/frame_log/frame_log_kinds.js";

for (const [frame, type, channel, kind] of [
  [{ type: "ticker", channel: "ticker:BTCUSDT", data: {} }, "ticker", "ticker:BTCUSDT", "quote"],
  [{ type: "kline", channel: "klines:BTCUSDT:1m", data: {} }, "kline", "klines:BTCUSDT:1m", "candle"],
  [{ type: "subscribe", channels: ["price:A", "price:B"] }, "subscribe", "price:A, price:B", "control"],
  [{ type: "event", channel: "grid.a.order", event: "filled", data: {} }, "event", "grid.a.order", "event"],
  [{ type: "notification", channel: "notifications", data: {} }, "notification", "notifications", "event"],
  [{ type: "auth_result", success: true }, "auth_result", "", "control"],
  [{ type: "auth_result", success: false }, "auth_result", "", "error"],
  [{ type: "response", id: "1", success: false }, "response", "", "error"],
  [{ type: "error", channel: "price:X", data: {} }, "error", "price:X", "error"],
  [{ type: "pong" }, "pong", "", "heartbeat"],
  [{ type: "news of next year" }, "news of next year", "", "event"],
]) {
  test(`it knows ${JSON.stringify(frame)}`, () => {
    const description = frameDescription(JSON.stringify(frame));
    assert.deepEqual([description.type, description.channel, description.kind], [type, channel, kind]);
  });
}

test("it tells what the frame says besides its type and its channel", () => {
  const detail = (frame) => frameDescription(JSON.stringify(frame)).detail;
  assert.equal(
    detail({ type: "price", channel: "price:A", symbol: "A", data: { symbol: "A", price: 1 }, timestamp: "x" }),
    '{"price":1}',
  );
  assert.equal(detail({ type: "subscribe", channels: ["price:A"], throttle_ms: 500 }), '{"throttle_ms":500}');
  assert.equal(detail({ type: "pong", timestamp: "x" }), "");
});

test("it tells a batch by what is in it", () => {
  const frame = (type, channel) => ({ type, channel, data: 1 });
  const batch = (...data) => frameDescription(JSON.stringify({ type: "batch", data }));
  assert.deepEqual(batch(frame("price", "price:A"), frame("price", "price:B")), {
    type: "batch of 2",
    channel: "price:A, price:B",
    kind: "quote",
    detail: "[1,1]",
  });
  assert.equal(batch(frame("price", "price:A"), frame("trade", "trades:A")).kind, "event");
});

for (const text of ["not json", "null", "[]", '"text"', '{"type":7}', ""]) {
  test(`it calls ${JSON.stringify(text)} unreadable`, () => {
    assert.deepEqual(frameDescription(text), { type: "unreadable", channel: "", kind: "error", detail: text });
  });
}
