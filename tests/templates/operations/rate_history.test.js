import assert from "node:assert/strict";
import { test } from "node:test";
import { HEIGHT, RateHistory, WIDTH } from "../../../templates/static/operations/rate_history.js";

function history(...values) {
  const made = new RateHistory();
  for (const value of values) made.add(value);
  return made;
}

const corners = (made) => made.points.split(" ").map((point) => point.split(",").map(Number));

test("it draws from zero at the bottom to the largest at the top, the newest at the right", () => {
  const [first, last] = corners(history(0, 50));
  assert.equal(first[1], HEIGHT - 1);
  assert.deepEqual(last, [WIDTH, 1]);
  assert.ok(first[0] < last[0]);
});

test("it draws nothing sent as a level line at the bottom", () => {
  assert.deepEqual(new Set(corners(history(0, 0, 0)).map(([, y]) => y)), new Set([HEIGHT - 1]));
});

test("it keeps no more than two minutes", () => {
  const made = history(...Array.from({ length: 500 }, (_, index) => index));
  assert.equal(made.values.length, 120);
  assert.equal(made.values.at(-1), 499);
  assert.equal(corners(made)[0][0], 0);
});
