import assert from "node:assert/strict";
import { test } from "node:test";
import { boundedPosition, freeBarsAtTheRight, positionWithMargin } from "../../../../templates/static/dashboard/chart/view_bounds.js";

const MANY = { width: 90, count: 500, free: 4 };

test("a view goes from the first candle to where a third of it is free", () => {
  assert.equal(boundedPosition(-100, MANY), -100);
  assert.equal(boundedPosition(-1_000, MANY), -410);
  assert.equal(boundedPosition(80, MANY), 30);
  assert.equal(boundedPosition(20, MANY), 20);
});

test("a view that is so narrow that a third is nothing keeps the room that a chart begins with", () => {
  assert.equal(boundedPosition(80, { width: 6, count: 500, free: 4 }), 4);
});

test("a view with room for more candles than there are has them at the right", () => {
  assert.equal(boundedPosition(-5, { width: 90, count: 10, free: 4 }), 4);
  assert.equal(boundedPosition(85, { width: 90, count: 10, free: 4 }), 30);
  assert.equal(boundedPosition(-50, { width: 90, count: 88, free: 4 }), 2);
});

test("the margin at the right is as wide however wide the candles are, and never less than two of them", () => {
  assert.deepEqual([1, 4, 9, 60].map((spacing) => freeBarsAtTheRight(spacing)), [36, 9, 4, 2]);
});

test("a view keeps the margin that it has while candles become narrower, and gets none where its reader has left it", () => {
  assert.equal(positionWithMargin(4, { free: 9, freeBefore: 4, before: 4 }), 9);
  assert.equal(positionWithMargin(12, { free: 9, freeBefore: 4, before: 12 }), 12);
  assert.equal(positionWithMargin(-50, { free: 9, freeBefore: 4, before: -50 }), -50);
  assert.equal(positionWithMargin(1, { free: 4, freeBefore: 9, before: 9 }), 1);
});
