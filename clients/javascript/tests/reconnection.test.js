import assert from "node:assert/strict";
import { test } from "node:test";
import { Reconnection, afterClose, reconnectDelay, restartDelay } from "../src/reconnection.js";

const delays = (random) => [0, 1, 2, 3, 4, 5, 6, 40].map((attempt) => reconnectDelay(attempt, () => random));

test("it doubles the delay from one second to thirty", () => {
  assert.deepEqual(delays(0), [1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
});

test("it takes off up to half of a delay at random", () => {
  assert.deepEqual(delays(0.5), [750, 1500, 3000, 6000, 12000, 22500, 22500, 22500]);
  assert.ok(reconnectDelay(0, () => 0.999) >= 500);
});

test("it retries after each code that a new connection can heal, also one that it doesn't know", () => {
  for (const code of [1001, 1002, 1003, 1005, 1006, 1007, 1008, 1011, 1012, 1013, 4000, 4408, 4999]) {
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

/** A schedule on a clock of its own; the waits tell which rule made them. */
function scheduled(options = {}) {
  const clock = { now: 0 };
  const waits = { reconnectDelay: (attempt) => 10 + attempt, restartDelay: () => 700, now: () => clock.now };
  return { clock, reconnection: new Reconnection({ ...waits, ...options }) };
}

test("it spreads the attempts after an announced restart over a second", () => {
  assert.deepEqual([restartDelay(() => 0), restartDelay(() => 0.5), restartDelay(() => 0.999)], [500, 1000, 1499]);
});

test("it counts the attempts, and lengthens the wait with each", () => {
  const { reconnection } = scheduled();
  assert.deepEqual(
    [1, 2, 3].map(() => reconnection.next(1006, "")),
    [10, 11, 12].map((delay, index) => ({ attempt: index + 1, delay })),
  );
});

test("it starts anew after a connection that lasted, and not after one that didn't", () => {
  const { clock, reconnection } = scheduled({ stableAfter: 5_000 });
  reconnection.next(1006, "");
  reconnection.opened();
  clock.now += 4_999;
  assert.deepEqual(reconnection.next(1006, ""), { attempt: 2, delay: 11 });
  reconnection.opened();
  clock.now += 5_000;
  assert.deepEqual(reconnection.next(1006, ""), { attempt: 1, delay: 10 });
});

test("it gives up after the maximum of attempts, until it is reset", () => {
  const { reconnection } = scheduled({ maximumAttempts: 2 });
  const attempts = [1, 2, 3, 4].map(() => reconnection.next(1006, "")?.attempt);
  assert.deepEqual(attempts, [1, 2, undefined, undefined]);
  reconnection.reset();
  assert.deepEqual(reconnection.next(1006, ""), { attempt: 1, delay: 10 });
});

for (const [code, reason] of [
  [1001, ""],
  [1012, ""],
  [1000, "Server shutting down"],
]) {
  test(`it tries at short intervals, uncounted, for 30 s after ${code} ${reason}`, () => {
    const { clock, reconnection } = scheduled({ maximumAttempts: 1 });
    assert.deepEqual(reconnection.next(code, reason), { attempt: 1, delay: 700 });
    clock.now += 29_999;
    assert.deepEqual(reconnection.next(1006, ""), { attempt: 2, delay: 700 });
    clock.now += 1;
    assert.deepEqual(reconnection.next(1006, ""), { attempt: 3, delay: 10 });
    assert.equal(reconnection.next(1006, ""), null);
  });
}

test("it forgets the restart once there was a connection", () => {
  const { reconnection } = scheduled();
  reconnection.next(1012, "");
  reconnection.opened();
  assert.equal(reconnection.next(1006, "")?.delay, 10);
});

test("it waits the longest delay after a rate limit, even while the server restarts", () => {
  const { reconnection } = scheduled();
  assert.equal(reconnection.next(4429, "")?.delay, 30_000);
  reconnection.next(1012, "");
  assert.equal(reconnection.next(1006, "", "wait")?.delay, 30_000);
});

test("it makes no attempt after a close that asks for none, unless it is told better", () => {
  const { reconnection } = scheduled();
  assert.equal(reconnection.next(4401, "Token expired"), null);
  assert.equal(reconnection.next(4401, "Token expired", "retry")?.delay, 10);
});
