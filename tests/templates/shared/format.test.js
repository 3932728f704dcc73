import assert from "node:assert/strict";
import { test } from "node:test";
import {
  decimalsOfStep,
  direction,
  formatAge,
  formatAgo,
  formatBytes,
  formatCompact,
  formatCount,
  formatDuration,
  formatMilliseconds,
  formatNumber,
  formatPercent,
  formatQuantity,
  formatRate,
  formatSigned,
  formatTime,
} from "../../../templates/static/shared/format.js";

const NOW = Date.parse("2026-11-20T12:00:00.000Z");
const MINUTE = 60_000;

test("it writes as many digits as the symbol's step has", () => {
  assert.equal(formatNumber(97523.4, decimalsOfStep(0.01)), "97,523.40");
  assert.equal(formatNumber(0.000001, decimalsOfStep("0.00000001")), "0.00000100");
  assert.equal(formatNumber(12, decimalsOfStep("1.00000000")), "12");
});

test("it knows the digits of every kind of step", () => {
  assert.deepEqual([0.01, 1e-8, "0.00010000", 0.25, 1, 10].map(decimalsOfStep), [2, 8, 4, 2, 0, 0]);
  assert.deepEqual([undefined, 0, "", "x"].map(decimalsOfStep), [2, 2, 2, 2]);
});

test("it always writes the sign of a change, and a minus as wide as a plus", () => {
  assert.deepEqual([1.5, -1.5, 0].map((value) => formatSigned(value, 2)), ["+1.50", "\u22121.50", "0.00"]);
  assert.deepEqual([2.345, -0.5].map(formatPercent), ["+2.35%", "\u22120.50%"]);
  assert.deepEqual([2, -1, 0].map((value) => direction(value)), ["up", "down", "flat"]);
});

test("it writes no sign, and tells no direction, where a change rounds to nothing", () => {
  assert.deepEqual([0.004, -0.004, -0.006].map((value) => direction(value, 2)), ["flat", "flat", "down"]);
  assert.deepEqual([0.001, -0.001, -0].map(formatPercent), ["0.00%", "0.00%", "0.00%"]);
  assert.equal(formatNumber(-0.4, 0), "0");
});

test("it shortens volumes", () => {
  assert.deepEqual([12.3456, 18_394, 1_256_000_000].map(formatCompact), ["12.35", "18.39K", "1.256B"]);
});

test("it writes times of both kinds in UTC", () => {
  assert.equal(formatTime("2024-12-06T12:00:01.999Z"), "12:00:01");
  assert.equal(formatTime(Date.UTC(2024, 11, 6, 23, 59, 59)), "23:59:59");
});

test("it gives sizes the unit that suits them", () => {
  const sizes = [0, 999, 1_000, 4_096, 2_500_000, 3e9, 5e12];
  assert.deepEqual(sizes.map(formatBytes), ["0 B", "999 B", "1.0 kB", "4.1 kB", "2.5 MB", "3.0 GB", "5,000.0 GB"]);
});

test("it names the two largest units of a duration", () => {
  const durations = [-1, 0, 59.9, 60, 725, 3_600, 7_500, 86_399, 86_400, 259_259, 273_600].map(formatDuration);
  const [seconds, minutes] = [["0 s", "0 s", "59 s"], ["1 min 0 s", "12 min 5 s"]];
  const [hours, days] = [["1 h 0 min", "2 h 5 min", "23 h 59 min"], ["1 d 0 h", "3 d 0 h", "3 d 4 h"]];
  assert.deepEqual(durations, [...seconds, ...minutes, ...hours, ...days]);
});

test("it rounds durations down", () => {
  assert.deepEqual([-5, 999, 59_999, 60_000, 7_199_999].map(formatAge), ["0 s", "0 s", "59 s", "1 min", "1 h"]);
});

test("it says how long ago something was, and from a day on when", () => {
  const ages = [0, MINUTE, 59 * MINUTE, 60 * MINUTE, 23.9 * 60 * MINUTE, 24 * 60 * MINUTE];
  assert.deepEqual(ages.map((age) => formatAgo(NOW - age, NOW)), ["now", "1 min ago", "59 min ago", "1 h ago", "23 h ago", "2026-11-19 12:00 UTC"]);
  assert.equal(formatAgo("2026-11-20T11:58:00.000Z", NOW), "2 min ago");
  assert.equal(formatAgo("nonsense", NOW), "");
});

test("it keeps short times apart", () => {
  assert.deepEqual([0, 0.4, 9.96, 10, 1_234].map(formatMilliseconds), ["0.0 ms", "0.4 ms", "10.0 ms", "10 ms", "1,234 ms"]);
});

test("it puts the noun of several into the plural", () => {
  assert.deepEqual([0, 1, 2].map((count) => formatQuantity(count, "day")), ["0 days", "1 day", "2 days"]);
});

test("it shows a dash where there is nothing", () => {
  assert.deepEqual([formatNumber(undefined, 2), formatCompact(NaN), formatPercent(null), formatTime("x")], Array(4).fill("–"));
  assert.deepEqual([formatBytes(NaN), formatDuration(undefined), formatDuration(NaN)], Array(3).fill("–"));
  assert.deepEqual([formatMilliseconds(null), formatCount(undefined), formatRate(null)], Array(3).fill("–"));
});
