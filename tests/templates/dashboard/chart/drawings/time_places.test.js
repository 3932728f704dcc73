import assert from "node:assert/strict";
import { test } from "node:test";
import { placeOf, timeOf } from "../../../../../templates/static/dashboard/chart/drawings/time_places.js";

const HOUR = 3_600_000;
const START = 1_790_000_000_000;
/** After the third candle two are missing. */
const CANDLES = [0, 1, 2, 5, 6].map((hours) => ({ time: START + hours * HOUR }));
const AXIS = { candles: CANDLES, length: HOUR };

test("a candle lies at its place", () => {
  assert.deepEqual(CANDLES.map(({ time }) => placeOf(AXIS, time)), [0, 1, 2, 3, 4]);
});

test("a time between two candles lies between them, in a gap by its share of the gap", () => {
  assert.equal(placeOf(AXIS, START + HOUR / 4), 0.25);
  assert.equal(placeOf(AXIS, START + 3.5 * HOUR), 2.5);
});

test("before the first and behind the last candle the axis goes on by the length of a candle", () => {
  assert.equal(placeOf(AXIS, START - 2.5 * HOUR), -2.5);
  assert.equal(placeOf(AXIS, START + 16 * HOUR), 14);
});

test("the time at a place is the one that lies there", () => {
  for (const place of [-3.25, 0, 0.5, 2.75, 3, 4, 9.5]) assert.equal(placeOf(AXIS, timeOf(AXIS, place)), place);
});

test("drawn on candles of an hour, it lies right on those of four, and of fifteen minutes", () => {
  const four = { candles: [0, 4, 8].map((hours) => ({ time: START + hours * HOUR })), length: 4 * HOUR };
  const quarters = { candles: [...Array(33).keys()].map((count) => ({ time: START + (count * HOUR) / 4 })), length: HOUR / 4 };
  const time = START + 5 * HOUR;
  assert.deepEqual([placeOf(four, time), placeOf(quarters, time)], [1.25, 20]);
});

test("without candles nothing has a place", () => {
  assert.ok(Number.isNaN(placeOf({ candles: [], length: HOUR }, START)));
  assert.ok(Number.isNaN(timeOf({ candles: [], length: HOUR }, 0)));
});

test("ten times as many candles cost a few steps more", () => {
  let steps = 0;
  const counted = (/** @type {number} */ count) => {
    steps = 0;
    const candles = new Proxy({ length: count }, { get: (_, name) => (name === "length" ? count : { get time() { steps += 1; return Number(name) * HOUR; } }) });
    placeOf({ candles: /** @type {any} */ (candles), length: HOUR }, HOUR * (count / 3));
    return steps;
  };
  assert.ok(counted(100_000) - counted(10_000) <= 6);
});
