import assert from "node:assert/strict";
import { test } from "node:test";
import { ConnectionQuality } from "../src/quality.js";

/** @param {(number | "missed")[]} events */
function qualityAfter(...events) {
  const quality = new ConnectionQuality();
  for (const event of events) {
    if (event === "missed") quality.missed();
    else quality.measured(event);
  }
  return quality;
}

test("it knows nothing before the first round trip but what was missed", () => {
  const nothing = { quality: null, latency: null, mean: null, jitter: null, missed: 1, disconnections: 0 };
  assert.deepEqual(qualityAfter("missed").summary(), nothing);
});

for (const [latency, expected] of [
  [99.9, "excellent"],
  [100, "good"],
  [299.9, "good"],
  [300, "fair"],
  [999.9, "fair"],
  [1_000, "poor"],
]) {
  test(`it calls ${latency} ms ${expected}`, () => assert.equal(qualityAfter(latency).summary().quality, expected));
}

test("it is one lower for each pong missed since the last answer, and no lower than poor", () => {
  const qualities = [0, 1, 2, 3, 4].map((count) => qualityAfter(10, ...Array(count).fill("missed")).summary().quality);
  assert.deepEqual(qualities, ["excellent", "good", "fair", "poor", "poor"]);
  assert.deepEqual(qualityAfter(10, "missed", 10).summary().quality, "excellent");
});

test("it tells the last round trip, their mean, and the mean difference from one to the next", () => {
  const { latency, mean, jitter } = qualityAfter(10, 30, 20.26).summary();
  assert.deepEqual({ latency, mean, jitter }, { latency: 20.3, mean: 20.1, jitter: 14.9 });
});

test("it goes by the last 20 round trips", () => {
  const { mean, jitter } = qualityAfter(5_000, ...Array(20).fill(50)).summary();
  assert.deepEqual({ mean, jitter }, { mean: 50, jitter: 0 });
});

test("it forgets round trips with a new connection, and not what was missed", () => {
  const quality = qualityAfter(10, "missed");
  quality.opened();
  assert.deepEqual([quality.summary().latency, quality.summary().missed], [null, 1]);
  quality.measured(10);
  assert.equal(quality.summary().quality, "excellent");
});
