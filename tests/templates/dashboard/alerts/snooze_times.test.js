import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { stateText } from "../../../../templates/static/dashboard/alerts/alert_text.js";
import { SNOOZE_CHOICES, untilText } from "../../../../templates/static/dashboard/alerts/snooze_times.js";
import { showIn } from "../../../../templates/static/shared/time_zone/shown_zone.js";

/** A reader there has another day than UTC, and a clock that changes. */
const ELSEWHERE = "America/New_York";

const NOW = new Date("2026-03-28T22:50:30Z");
afterEach(() => showIn("UTC"));

const chosen = (wanted, now = NOW) => SNOOZE_CHOICES.find(({ key }) => key === wanted).until(now);

test("it is silent for as long as the choice says", () => {
  assert.equal(chosen("15m") - NOW, 15 * 60_000);
  assert.equal(chosen("1h") - NOW, 60 * 60_000);
});

test("it is silent until the reader's next midnight", () => {
  showIn(ELSEWHERE);
  const tomorrow = (now) => chosen("tomorrow", new Date(now)).toISOString();
  assert.equal(tomorrow(NOW), "2026-03-29T04:00:00.000Z");
  assert.equal(tomorrow("2026-03-29T03:59:59Z"), "2026-03-29T04:00:00.000Z");
  assert.equal(tomorrow("2026-03-29T04:00:00Z"), "2026-03-30T04:00:00.000Z");
});

test("it is silent until midnight on a day on which the clock changes", () => {
  showIn(ELSEWHERE);
  const tomorrow = (now) => chosen("tomorrow", new Date(now)).toISOString();
  assert.equal(tomorrow("2026-03-08T05:30:00Z"), "2026-03-09T04:00:00.000Z");
  assert.equal(tomorrow("2026-11-01T04:30:00Z"), "2026-11-02T05:00:00.000Z");
});

test("it says until when, with the date where that is another day", () => {
  assert.equal(untilText("2026-03-28T23:05:30Z", NOW), "until 23:05 UTC");
  assert.equal(untilText(Date.parse("2026-03-29T00:05:00Z"), NOW), "until 29 Mar 00:05 UTC");
  assert.equal(untilText("soon", NOW), "");
});

test("it says of an alert until when it is silent", () => {
  const rule = { enabled: true, state: "snoozed", snoozed_until: "2026-03-28T23:05:30Z" };
  assert.equal(stateText(rule, NOW), "Snoozed until 23:05 UTC");
  assert.equal(stateText({ ...rule, snoozed_until: null }, NOW), "Snoozed");
  assert.equal(stateText({ ...rule, enabled: false }, NOW), "Off");
});
