import assert from "node:assert/strict";
import { test } from "node:test";
import { LatencyHistory, latencyShapes, latencyText, niceCeiling } from "../../../../templates/static/dashboard/connection/latency_history.js";

const answered = (time, milliseconds) => ({ time, kind: "answered", milliseconds });

test("it keeps ten minutes", () => {
  const history = new LatencyHistory();
  for (let time = 0; time <= 1_200_000; time += 10_000) history.add(answered(time, 5));
  assert.equal(history.samples(1_200_000).length, 61);
  assert.equal(history.samples(1_200_000)[0].time, 600_000);
  assert.equal(history.samples(1_500_000)[0].time, 900_000);
  assert.deepEqual(history.extent(1_200_000), { start: 600_000, end: 1_200_000, ceiling: 20 });
});

test("it shows two minutes at least, and has room for the longest round trip", () => {
  const history = new LatencyHistory();
  assert.deepEqual(history.extent(500_000), { start: 380_000, end: 500_000, ceiling: 20 });
  history.add(answered(490_000, 130));
  history.add({ time: 495_000, kind: "missed" });
  assert.deepEqual(history.extent(500_000), { start: 380_000, end: 500_000, ceiling: 200 });
});

test("it takes round steps for its scale", () => {
  assert.deepEqual([1, 1.1, 20, 21, 50, 51, 999, 1_001].map(niceCeiling), [1, 2, 20, 50, 50, 100, 1_000, 2_000]);
});

test("it begins a new line after a disconnection, and marks what went wrong", () => {
  const samples = [
    answered(0, 0),
    answered(10_000, 50),
    { time: 20_000, kind: "missed" },
    { time: 30_000, kind: "lost" },
    { time: 40_000, kind: "lost" },
    answered(100_000, 100),
  ];
  const extent = { start: 0, end: 100_000, ceiling: 100 };
  assert.deepEqual(latencyShapes(samples, extent, { width: 200, height: 50 }), {
    lines: ["0,50 20,25", "200,0"],
    marks: [
      { kind: "missed", x: 40 },
      { kind: "lost", x: 60 },
      { kind: "lost", x: 80 },
    ],
    last: { x: 200, y: 0 },
  });
  assert.deepEqual(latencyShapes([], extent, { width: 200, height: 50 }), { lines: [], marks: [], last: undefined });
});

test("it writes round trips as short as they can be read", () => {
  assert.deepEqual([null, undefined, 0.4, 7.66, 31.2, 1_234].map(latencyText), [
    "–",
    "–",
    "< 1 ms",
    "7.7 ms",
    "31 ms",
    "1,234 ms",
  ]);
});
