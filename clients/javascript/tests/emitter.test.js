import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Emitter, matches } from "../src/emitter.js";

for (const [pattern, yes, no] of [
  ["*", ["price:BTCUSDT", "notifications", "grid.a.order"], []],
  ["price:*", ["price:BTCUSDT"], ["price", "ticker:BTCUSDT", "prices:BTCUSDT"]],
  ["klines:*:1m", ["klines:BTCUSDT:1m"], ["klines:BTCUSDT:5m", "klines:BTCUSDT"]],
  ["klines:BTCUSDT:*", ["klines:BTCUSDT:1m"], ["klines:ETHUSDT:1m"]],
  ["grid.*", ["grid.abc.status", "grid.def.order", "grid.abc"], ["grid", "strategy.abc.status"]],
  ["grid.abc.*", ["grid.abc.status"], ["grid.def.status"]],
  ["grid.*.status", ["grid.abc.status", "grid.def.status"], ["grid.abc.order", "grid.abc.x.status"]],
]) {
  test(`it takes ${pattern} for what the protocol takes it for`, () => {
    assert.deepEqual(yes.filter((channel) => !matches(pattern, channel)), []);
    assert.deepEqual(no.filter((channel) => matches(pattern, channel)), []);
  });
}

test("it calls exact handlers before those of wildcards, and each once", () => {
  const emitter = new Emitter();
  const calls = [];
  const handler = (value) => calls.push(`wild ${value}`);
  emitter.on("price:*", handler);
  emitter.on("price:*", handler);
  emitter.on("price:BTCUSDT", (value) => calls.push(`exact ${value}`));
  emitter.emitMatching("price:BTCUSDT", 1);
  emitter.emit("price:BTCUSDT", 2);
  emitter.off("price:*", handler);
  emitter.off("price:*", handler);
  emitter.emitMatching("price:BTCUSDT", 3);
  assert.deepEqual(calls, ["exact 1", "wild 1", "exact 2", "exact 3"]);
});

test("it takes no handler's event away where another raises, and lets the error surface", async () => {
  const emitter = new Emitter();
  const calls = [];
  emitter.on("price:BTCUSDT", () => {
    throw new Error("of the first handler");
  });
  emitter.on("price:*", (value) => calls.push(value));
  const listeners = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException"); // the test runner's own would fail this test
  const surfaced = once(process, "uncaughtException");
  emitter.emitMatching("price:BTCUSDT", 1);
  const [error] = await surfaced;
  for (const listener of listeners) process.on("uncaughtException", listener);
  assert.deepEqual([calls, error.message], [[1], "of the first handler"]);
});
