import assert from "node:assert/strict";
import { test } from "node:test";
import { boundedPosition } from "../../../../templates/static/dashboard/chart/view_bounds.js";

const MANY = { width: 90, count: 500 };

test("a view goes from the first candle to where a third of it is free", () => {
  assert.equal(boundedPosition(-100, MANY), -100);
  assert.equal(boundedPosition(-1_000, MANY), -410);
  assert.equal(boundedPosition(80, MANY), 30);
  assert.equal(boundedPosition(20, MANY), 20);
});

test("a view that is so narrow that a third is nothing keeps the room that a chart begins with", () => {
  assert.equal(boundedPosition(80, { width: 6, count: 500 }), 4);
});

test("a view with room for more candles than there are has them at the right", () => {
  assert.equal(boundedPosition(-5, { width: 90, count: 10 }), 4);
  assert.equal(boundedPosition(85, { width: 90, count: 10 }), 30);
  assert.equal(boundedPosition(-50, { width: 90, count: 88 }), 2);
});
