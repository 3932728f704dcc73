import assert from "node:assert/strict";
import { test } from "node:test";
import { afterClose, reconnectDelay } from "../src/index.js";

const delays = (random) => [0, 1, 2, 3, 4, 5, 6, 40].map((attempt) => reconnectDelay(attempt, () => random));

test("it doubles the delay from one second to thirty", () => {
  assert.deepEqual(delays(0), [1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
});

test("it takes off up to half of a delay at random", () => {
  assert.deepEqual(delays(0.5), [750, 1500, 3000, 6000, 12000, 22500, 22500, 22500]);
  assert.ok(reconnectDelay(0, () => 0.999) >= 500);
});

test("it retries after each code of a lost connection", () => {
  for (const code of [1001, 1005, 1006, 1011, 1012, 1013, 4000, 4408]) {
    assert.equal(afterClose(code, ""), "retry", `${code}`);
  }
  assert.equal(afterClose(1000, "Server shutting down"), "retry");
});

test("it waits after a rate limit, and stops where trying again would be refused again", () => {
  assert.equal(afterClose(4429, "Rate limit exceeded"), "wait");
  assert.equal(afterClose(1000, ""), "stop");
  assert.equal(afterClose(1009, ""), "stop");
  assert.equal(afterClose(4401, "Token expired"), "stop");
});
