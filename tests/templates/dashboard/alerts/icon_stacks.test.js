import assert from "node:assert/strict";
import { test } from "node:test";
import { piled, spread, stacksOf } from "../../../../templates/static/dashboard/alerts/icon_stacks.js";

const placesOf = (...ys) => ys.map((y, index) => ({ key: "abcdef"[index], y }));
const keysOf = (stacks) => stacks.map((stack) => stack.map(({ key }) => key).join(""));
const ROOM = { height: 300, step: 22 };
const heights = (places) => places.map(([key, { y, isSpread }]) => `${key}${y}${isSpread ? "" : " piled"}`);

test("icons that would cover each other are a stack, be it by one between them, and those out of sight are in none", () => {
  assert.deepEqual(keysOf(stacksOf(placesOf(130, 100, null, 121, 200, 222))), ["bda", "e", "f"]);
  assert.deepEqual(stacksOf([]), []);
});

test("a stack stands at its lines, and of those behind the one in front no more than two are seen", () => {
  const depths = piled(placesOf(100, 101, 102, 102)).map(([key, { y, depth }]) => [key, y, depth]);
  assert.deepEqual(depths, [["a", 100, 2], ["b", 101, 2], ["c", 102, 1], ["d", 102, 0]]);
  assert.deepEqual(piled(placesOf(100)), [["a", { y: 100, depth: 0, isSpread: false }]]);
});

test("spread, they stand under one another by their places, the one that is pointed at where it was", () => {
  assert.deepEqual(heights(spread(placesOf(100, 104, 104), "b", ROOM)), ["a82", "b104", "c126"]);
});

test("at an edge of the candles they stand where there is room for all", () => {
  assert.deepEqual(heights(spread(placesOf(3, 5), "b", ROOM)), ["a11", "b33"]);
  assert.deepEqual(heights(spread(placesOf(290, 295), "a", ROOM)), ["a267", "b289"]);
  assert.deepEqual(heights(spread(placesOf(9, 9, 9), "c", { height: 50, step: 22 })), ["a11", "b33", "c55"], "too many begin at the top");
});
