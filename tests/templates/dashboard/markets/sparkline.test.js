import assert from "node:assert/strict";
import { test } from "node:test";
import { points } from "../../../../templates/static/dashboard/markets/sparkline.js";

test("it draws from edge to edge, the highest on top", () => {
  assert.equal(points([1, 3, 2]), "0.0,21.0 32.0,1.0 64.0,11.0");
});

test("it draws a price that doesn't move as a level line", () => {
  assert.equal(points([5, 5]), "0.0,21.0 64.0,21.0");
});
