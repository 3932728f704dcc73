import assert from "node:assert/strict";
import { test } from "node:test";
import { fittingLevels, levelsInSight, tradesInSight } from "../../../../templates/static/dashboard/book/fitting_levels.js";

const HEIGHTS = { head: 25, middle: 30, row: 20 };

test("as many levels of both sides as fit, at least ten, and no more than a deep book has", () => {
  assert.deepEqual([0, 454, 455, 494, 495, 855, 9_000].map((height) => fittingLevels(height, HEIGHTS)), [10, 10, 10, 10, 11, 20, 100]);
  assert.equal(fittingLevels(0, { head: 0, middle: 0, row: 0 }), 10);
});

test("the levels that are in sight, and some beside them, are those from the middle to the ends of what is seen", () => {
  // 100 asks from 25 to 2,025, the middle up to 2,055, bids from there
  assert.deepEqual(levelsInSight({ top: 1_785, height: 485 }, HEIGHTS, 100), { asks: 17, bids: 16 });
  assert.deepEqual(levelsInSight({ top: 0, height: 485 }, HEIGHTS, 100), { asks: 100, bids: 0 });
  assert.deepEqual(levelsInSight({ top: 3_570, height: 485 }, HEIGHTS, 100), { asks: 0, bids: 100 });
  assert.deepEqual(levelsInSight({ top: 0, height: 485 }, HEIGHTS, 10), { asks: 10, bids: 10 });
});

test("the trades in sight, and some beside them, are the newest down to the end of what is seen", () => {
  const seen = [{ top: 0, height: 225 }, { top: 90, height: 225 }, { top: 0, height: 1_000 }];
  assert.deepEqual(seen.map((sight) => tradesInSight(sight, HEIGHTS, 40)), [15, 20, 40]);
  assert.equal(tradesInSight({ top: 0, height: 225 }, HEIGHTS, 3), 3);
});

test("where nothing is known of the place all are in sight", () => {
  assert.deepEqual(levelsInSight({ top: 0, height: 0 }, HEIGHTS, 50), { asks: 50, bids: 50 });
  assert.deepEqual(levelsInSight({ top: 0, height: 400 }, { head: 0, middle: 0, row: 0 }, 50), { asks: 50, bids: 50 });
  assert.equal(tradesInSight({ top: 0, height: 0 }, HEIGHTS, 40), 40);
  assert.equal(tradesInSight({ top: 0, height: 225 }, { head: 0, row: 0 }, 40), 40);
});
