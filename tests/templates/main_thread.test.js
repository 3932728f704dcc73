import assert from "node:assert/strict";
import { test } from "node:test";
import { processorTimes } from "../browser/main_thread.mjs";

const event = (name, tts, tdur, tid = 1) => ({ ph: "X", pid: 1, tid, name, tts, tdur });

test("it counts the time of an event to its own kind alone, not to the one that called it", () => {
  const times = processorTimes([
    event("Layout", 2_000, 1_000),
    event("FunctionCall", 1_000, 5_000),
    event("Layout", 8_000, 500),
    event("RunTask", 0, 10_000),
  ]);
  assert.equal(times.script, 4);
  assert.equal(times.layout, 1.5);
});

test("it keeps threads apart and leaves out what has no processor time", () => {
  const times = processorTimes([
    event("Paint", 0, 4_000),
    event("UpdateLayoutTree", 1_000, 2_000, 2),
    { ...event("Paint", 9_000), tdur: undefined },
  ]);
  assert.deepEqual({ paint: times.paint, style: times.style }, { paint: 4, style: 2 });
});
