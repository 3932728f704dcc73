import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { SNOOZE_CHOICES, untilText } from "../../../../templates/static/dashboard/alerts/snooze_times.js";
import { momentLabel, tickLabel, weightsOf } from "../../../../templates/static/shared/chart/zoned_axis.js";
import { formatTime, zonedText } from "../../../../templates/static/shared/format.js";
import { fieldText, momentText, momentTyped, spanText, utcBeside } from "../../../../templates/static/shared/moments.js";
import { showIn, shownZone } from "../../../../templates/static/shared/time_zone/shown_zone.js";

const HOUR = 3_600_000;
const LATE = Date.parse("2026-11-25T23:12:05Z");

beforeEach(() => showIn("Europe/Berlin"));
afterEach(() => showIn("UTC"));

test("all texts of times are of the zone that is shown, and say which", () => {
  assert.deepEqual([formatTime(LATE), momentText(LATE), zonedText(LATE)], ["00:12:05", "2026-11-26 00:12:05", "2026-11-26 00:12 UTC+1"]);
  assert.deepEqual([utcBeside(LATE), utcBeside(LATE + HOUR), utcBeside(null)], ["2026-11-25 23:12 UTC", "00:12 UTC", ""]);
  assert.equal(spanText("2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z"), "2026-10-01 02:00 to 2026-11-01 01:00");
  assert.equal(untilText(LATE, new Date(LATE)), "until 00:12 UTC+1");
});

test("what is typed is of the zone that is shown", () => {
  assert.deepEqual([momentTyped("2026-07-01T02:00"), momentTyped("2026-12-01T02:00:30"), momentTyped("")], ["2026-07-01T00:00:00.000Z", "2026-12-01T01:00:30.000Z", ""]);
  assert.equal(fieldText(Date.parse("2026-07-01T00:00:00Z")), "2026-07-01T02:00");
});

test("tomorrow begins at its midnight, on the days of 23 and 25 hours too", () => {
  const tomorrow = (/** @type {string} */ now) => SNOOZE_CHOICES[2].until(new Date(now)).toISOString();
  assert.equal(tomorrow("2026-03-28T23:00:00Z"), "2026-03-29T22:00:00.000Z");
  assert.equal(tomorrow("2026-10-24T22:00:00Z"), "2026-10-25T23:00:00.000Z");
});

test("the chart's days begin where the zone's do, and each hour of a day of 25 has its mark", () => {
  const times = Array.from({ length: 27 }, (_, hour) => Date.parse("2026-10-24T21:00:00Z") + hour * HOUR);
  const weights = weightsOf(times.map((time) => shownZone().wallAt(time)), 0);
  assert.deepEqual(times.filter((_, at) => weights[at] === 50), [Date.parse("2026-10-24T22:00:00Z"), Date.parse("2026-10-25T23:00:00Z")]);
  const labels = times.slice(3, 7).map((time) => tickLabel(time, 3, true));
  assert.deepEqual(labels, ["02:00", "02:00", "03:00", "04:00"]);
});

test("the crosshair tells UTC beside the zone, and of candles of days their date", () => {
  assert.equal(momentLabel(LATE - 5_000, true), "26 Nov 2026 00:12 · 25 Nov 2026 23:12 UTC");
  assert.equal(momentLabel(Date.parse("2026-11-26T10:00:00Z"), true), "26 Nov 2026 11:00 · 10:00 UTC");
  assert.equal(momentLabel(Date.parse("2026-11-26T00:00:00Z"), false), "26 Nov 2026");
  assert.deepEqual([0, 1, 2, 4].map((type) => tickLabel(LATE, type, true)), ["2026", "Nov", "26", "00:12:05"]);
  showIn("UTC");
  assert.equal(momentLabel(LATE, true), "25 Nov 2026 23:12:05");
});

test("weights are those of the library where the zone is UTC", () => {
  const start = Date.parse("2026-11-25T23:58:00Z");
  assert.deepEqual(weightsOf([start, start + 60_000, start + 120_000, start + 180_000], 0), [20, 20, 50, 20]);
  assert.deepEqual(weightsOf([start, start + 60_000], 1), [20]);
});
