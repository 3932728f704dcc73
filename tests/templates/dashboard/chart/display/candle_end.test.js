import assert from "node:assert/strict";
import { test } from "node:test";
import { countdownText, endOf } from "../../../../../templates/static/dashboard/chart/display/candle_end.js";

const iso = (time) => new Date(time).toISOString();

test("a candle ends as the next one opens, and a month however long it is", () => {
  assert.equal(iso(endOf(Date.UTC(2026, 4, 17, 13, 45), "15m")), "2026-05-17T14:00:00.000Z");
  assert.equal(iso(endOf(Date.UTC(2026, 4, 11), "1w")), "2026-05-18T00:00:00.000Z");
  assert.equal(iso(endOf(Date.UTC(2026, 1, 1), "1M")), "2026-03-01T00:00:00.000Z");
  assert.equal(iso(endOf(Date.UTC(2026, 11, 1), "1M")), "2027-01-01T00:00:00.000Z");
});

test("what is left is told in seconds until it is days", () => {
  const told = [-5_000, 0, 1, 42_000, 60_000, 3_599_001, 3_661_000, 86_399_000, 86_400_000, 601_200_000].map(countdownText);
  assert.deepEqual(told, ["0:00", "0:00", "0:01", "0:42", "1:00", "1:00:00", "1:01:01", "23:59:59", "1 d 0 h", "6 d 23 h"]);
});
