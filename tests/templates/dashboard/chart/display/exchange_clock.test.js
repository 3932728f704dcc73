import assert from "node:assert/strict";
import { test } from "node:test";
import { ExchangeClock } from "../../../../../templates/static/dashboard/chart/display/exchange_clock.js";

const NOON = Date.UTC(2026, 4, 17, 12);
const HOUR = 3_600_000;

function clockAt(own) {
  const time = { elapsed: 0 };
  return { time, clock: new ExchangeClock(() => time.elapsed, () => own + time.elapsed) };
}

test("before any event the reader's own clock counts, and after one that of the exchange", () => {
  const { time, clock } = clockAt(NOON + HOUR);
  assert.equal(clock.now(), NOON + HOUR);
  clock.tell(NOON);
  time.elapsed = 500;
  assert.equal(clock.now(), NOON + 500);
});

test("the event that was on its way for the shortest time tells it best, and one without a time nothing", () => {
  const { time, clock } = clockAt(NOON);
  for (const [elapsed, late] of [[0, 80], [1_000, 5], [2_000, 300], [3_000, NaN]]) {
    time.elapsed = elapsed;
    clock.tell(NOON + elapsed - late);
  }
  assert.equal(clock.now(), NOON + 3_000 - 5);
});

test("what was told long ago counts no more: the clocks may have drifted since", () => {
  const { time, clock } = clockAt(NOON);
  clock.tell(NOON + 9_000);
  for (time.elapsed = 1_000; time.elapsed <= 200_000; time.elapsed += 1_000) clock.tell(NOON + time.elapsed);
  assert.equal(clock.now(), NOON + time.elapsed);
});
