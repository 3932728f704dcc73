import assert from "node:assert/strict";
import { test } from "node:test";
import { agoInWords, bellInWords, countInWords, symbolOf } from "../../../../templates/static/dashboard/notifications/notification_text.js";

const NOW = Date.parse("2026-11-20T12:00:00.000Z");
const MINUTE = 60_000;

test("it says how long ago something was, and from a day on when", () => {
  const ages = [0, MINUTE, 59 * MINUTE, 60 * MINUTE, 23.9 * 60 * MINUTE, 24 * 60 * MINUTE];
  assert.deepEqual(ages.map((age) => agoInWords(NOW - age, NOW)), ["now", "1 min ago", "59 min ago", "1 h ago", "23 h ago", "2026-11-19 12:00 UTC"]);
  assert.equal(agoInWords("2026-11-20T11:58:00.000Z", NOW), "2 min ago");
  assert.equal(agoInWords("nonsense", NOW), "");
});

test("it counts what is unread, and says it", () => {
  assert.deepEqual([countInWords(3), countInWords(99), countInWords(1_200)], ["3", "99", "99+"]);
  assert.deepEqual([bellInWords(0), bellInWords(2)], ["Notifications, none unread", "Notifications, 2 unread"]);
});

test("it knows the market that a notification is about", () => {
  assert.deepEqual([symbolOf({ data: { symbol: "BTCUSDT" } }), symbolOf({ data: null }), symbolOf({})], ["BTCUSDT", "", ""]);
});
