import assert from "node:assert/strict";
import { test } from "node:test";
import { Zone, isZone } from "../../../../templates/static/shared/time_zone/zone.js";

const berlin = new Zone("Europe/Berlin");
const HALF_HOUR = 1_800_000;

/** @param {string} text of UTC */
const at = (text) => Date.parse(text);

/** @param {string} text as the zone's clocks show it */
const wall = (text) => Date.parse(`${text}Z`);

test("clocks of a zone are read over both changes of the hour", () => {
  const told = ["2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"].map((text) => {
    return `${berlin.textAt(at(text)).slice(0, 19)} ${berlin.offsetText(at(text))}`;
  });
  assert.deepEqual(told, [
    ...["2026-03-29T01:59:59 UTC+1", "2026-03-29T03:00:00 UTC+2"],
    ...["2026-10-25T02:30:00 UTC+2", "2026-10-25T02:30:00 UTC+1"],
  ]);
});

test("what clocks show is found again: of an hour that comes twice the first, of one that is left out as much later", () => {
  assert.equal(berlin.timeOf(wall("2026-10-25T02:30:00")), at("2026-10-25T00:30:00Z"));
  assert.equal(berlin.timeOf(wall("2026-03-29T02:30:00")), at("2026-03-29T01:30:00Z")); // shown as 03:30
  assert.equal(berlin.timeOf(wall("2026-10-25T03:00:00")), at("2026-10-25T02:00:00Z"));
  const chatham = new Zone("Pacific/Chatham"); // its clocks are put back at 14:00 UTC, by whole hours, from 13:45 ahead
  assert.equal(chatham.offsetText(at("2026-07-01T00:00:00Z")), "UTC+12:45");
  assert.equal(chatham.timeOf(wall("2026-07-01T12:45:00")), at("2026-07-01T00:00:00Z"));
});

test("every half hour of a year is found again but for those that come twice", () => {
  for (const name of ["Europe/Berlin", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]) {
    const zone = new Zone(name);
    const lost = [];
    for (let time = at("2026-01-01T00:00:00Z"); time < at("2027-01-01T00:00:00Z"); time += HALF_HOUR) {
      if (zone.timeOf(zone.wallAt(time)) !== time) lost.push(time);
    }
    const twice = { UTC: 0, "Asia/Kathmandu": 0, "Australia/Lord_Howe": 1 }[name] ?? 2; // Lord Howe's clocks change by half an hour
    assert.equal(lost.length, twice, name);
  }
});

test("names are told as people say them, and what no zone is called is none", () => {
  assert.deepEqual(["America/New_York", "UTC", "America/Argentina/Ushuaia"].map((name) => new Zone(name).word), ["New York", "UTC", "Ushuaia"]);
  assert.deepEqual(["Europe/Berlin", "Mars/Olympus", "", null, 5, "local"].map(isZone), [true, false, false, false, false, false]);
  assert.equal(new Zone("America/St_Johns").offsetText(at("2026-07-01T00:00:00Z")), "UTC\u22122:30");
});
