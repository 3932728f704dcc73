import assert from "node:assert/strict";
import { test } from "node:test";
import { keyNear } from "../../../../templates/static/dashboard/chart/level_drag.js";
import { nearestPrice } from "../../../../templates/static/dashboard/market_data/prices.js";

test("it gives the nearest price that the market takes, in plain notation", () => {
  assert.equal(nearestPrice(97_523.456, 0.01), "97523.46");
  assert.equal(nearestPrice(0.00000123456, "0.00000001"), "0.00000123");
  assert.equal(nearestPrice(1_234.4, 5), "1235");
  assert.equal(nearestPrice(0.1 + 0.2, 0.1), "0.3");
  assert.equal(nearestPrice(-4, 0.5), "0.5");
});

test("it takes hold of the nearest line in reach, and of none that is not in sight", () => {
  const places = [{ key: "a", y: 100 }, { key: "b", y: 103 }, { key: "c", y: null }];
  assert.deepEqual([101, 102.5, 107, 108, 0].map((y) => keyNear(places, y)), ["a", "b", "b", null, null]);
});
