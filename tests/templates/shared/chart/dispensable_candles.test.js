import assert from "node:assert/strict";
import { test } from "node:test";
import { dispensable } from "../../../../templates/static/shared/chart/dispensable_candles.js";

const AT_THE_NEWEST = { before: 400, after: -8 };

test("what lies beyond the first history goes, so many at once that the chart is seldom drawn anew", () => {
  const counts = [500, 524, 525, 560].map((length) => dispensable({ length, needed: 0 }, AT_THE_NEWEST));
  assert.deepEqual(counts, [0, 0, 25, 60]);
});

test("what the indicators have to have seen stays, and what lies just before those in sight", () => {
  assert.equal(dispensable({ length: 900, needed: 800 }, AT_THE_NEWEST), 100);
  assert.equal(dispensable({ length: 900, needed: 890 }, AT_THE_NEWEST), 0);
  assert.equal(dispensable({ length: 900, needed: 0 }, { before: 150.7, after: -8 }), 30);
  assert.equal(dispensable({ length: 900, needed: 0 }, { before: 20, after: -8 }), 0);
});

test("nothing goes while the reader looks back, or before anything is drawn", () => {
  assert.equal(dispensable({ length: 5_000, needed: 0 }, { before: 2_000, after: 1 }), 0);
  assert.equal(dispensable({ length: 5_000, needed: 0 }, { before: NaN, after: NaN }), 0);
});

test("as many stay before those in sight as indicators that never forget have to have seen", () => {
  const counts = [1_549, 1_550, 1_560].map((before) => dispensable({ length: 3_000, needed: 0, neededBefore: 430 }, { before, after: -8 }));
  assert.deepEqual(counts, [0, 1_000, 1_010]); // a whole page: what was read of one for them stays
});
