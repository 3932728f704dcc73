import assert from "node:assert/strict";
import { test } from "node:test";
import { TrendSchedule } from "../../../../templates/static/dashboard/markets/trend_schedule.js";

const MINUTE = 60_000;
const symbols = (length, prefix = "S") => Array.from({ length }, (_, index) => `${prefix}${index}`);

/** Read all that is due up to a time; each reading takes no time. */
function readings(schedule, end, now = 0) {
  const read = [];
  for (let next = schedule.next(); next && next.at <= end; next = schedule.next()) {
    now = Math.max(now, next.at);
    schedule.begin(next.symbol, now);
    read.push({ symbol: next.symbol, at: now });
  }
  return read;
}

const names = (read) => read.map(({ symbol }) => symbol);

test("it reads what stays in sight for a moment, the first row first", () => {
  const schedule = new TrendSchedule();
  schedule.see(symbols(3), 1_000);
  assert.deepEqual(readings(schedule, MINUTE), [
    { symbol: "S0", at: 1_600 },
    { symbol: "S1", at: 1_700 },
    { symbol: "S2", at: 1_800 },
  ]);
});

test("it reads nothing that is scrolled past", () => {
  const schedule = new TrendSchedule();
  const all = symbols(100);
  for (let top = 0; top <= 80; top += 1) {
    schedule.see(all.slice(top, top + 20), top * 25);
    assert.deepEqual(readings(schedule, top * 25), []);
  }
  assert.deepEqual(names(readings(schedule, MINUTE)), all.slice(80));
});

test("it doesn't let a row wait anew because others came and went", () => {
  const schedule = new TrendSchedule();
  schedule.see(["A", "B"], 0);
  schedule.see(["C", "A"], 500);
  assert.deepEqual(schedule.next(), { symbol: "A", at: 600 });
});

test("it has nothing to read where nothing is in sight", () => {
  const schedule = new TrendSchedule();
  assert.equal(schedule.next(), undefined);
  schedule.see(["A"], 0);
  schedule.see([], 100);
  assert.equal(schedule.next(), undefined);
});

test("it reads a screen at once, and from then on one a second", () => {
  const schedule = new TrendSchedule();
  schedule.see(symbols(1_000), 0);
  const read = readings(schedule, MINUTE);
  assert.ok(read.every(({ at }, index) => index === 0 || at - read[index - 1].at >= 100));
  assert.equal(read.filter(({ at }) => at <= 4_000).length, 33);
  assert.equal(read.length, 30 + 59);
});

test("it uses a trend again until its next candle, also of a row that comes back into sight", () => {
  const schedule = new TrendSchedule();
  schedule.see(["A"], 0);
  assert.deepEqual(names(readings(schedule, 1_000)), ["A"]);
  schedule.see([], 1_000);
  schedule.see(["A"], 2_000);
  assert.deepEqual(schedule.next(), { symbol: "A", at: 30 * MINUTE + 600 });
});

test("it pauses after a failure, until the server is back", () => {
  const schedule = new TrendSchedule();
  schedule.see(["A", "B"], 0);
  assert.deepEqual(names(readings(schedule, 1_000)), ["A", "B"]);
  schedule.fail("A", 1_000);
  assert.deepEqual(schedule.next(), { symbol: "A", at: 61_000 });
  schedule.forgetFailures();
  assert.deepEqual(names(readings(schedule, 2_000, 1_500)), ["A"]);
});
