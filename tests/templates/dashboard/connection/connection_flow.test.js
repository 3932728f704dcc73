import assert from "node:assert/strict";
import { test } from "node:test";
import { ConnectionFlow, HISTORY_SECONDS } from "../../../../templates/static/dashboard/connection/connection_flow.js";

test("it counts everything, and takes the rate from the last five whole seconds", () => {
  const flow = new ConnectionFlow();
  for (let now = 0; now < 10_000; now += 100) flow.add(50, now);
  assert.deepEqual([flow.frames, flow.bytes], [100, 5_000]);
  assert.deepEqual(flow.rate(10_000), { frames: 10, bytes: 500 });
  flow.add(50, 10_001);
  assert.deepEqual(flow.rate(10_999), { frames: 10, bytes: 500 }); // the present second isn't over
  assert.deepEqual(flow.rate(13_000), { frames: 4.2, bytes: 210 });
  assert.deepEqual(flow.rate(60_000), { frames: 0, bytes: 0 });
});

test("it remembers a minute, second by second, silent ones too", () => {
  const flow = new ConnectionFlow();
  for (let second = 0; second < 200; second += 2) flow.add(1, second * 1_000);
  const history = flow.history(200_000);
  assert.equal(history.length, HISTORY_SECONDS);
  assert.deepEqual(history.slice(-4), [1, 0, 1, 0]);
  assert.equal(history.reduce((sum, frames) => sum + frames), 30);
});
