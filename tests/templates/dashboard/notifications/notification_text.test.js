import assert from "node:assert/strict";
import { test } from "node:test";
import { bellText, emptyText, symbolOf, unreadText } from "../../../../templates/static/dashboard/notifications/notification_text.js";

test("it counts what is unread, and says it", () => {
  assert.deepEqual([unreadText(3), unreadText(99), unreadText(1_200)], ["3", "99", "99+"]);
  assert.deepEqual([bellText(0), bellText(2)], ["Notifications, none unread", "Notifications, 2 unread"]);
});

test("it doesn't say that there is nothing before it knows", () => {
  assert.equal(bellText(undefined), "Notifications");
  assert.deepEqual([emptyText(false, ""), emptyText(false, "Timed out."), emptyText(true, "")], ["Loading…", "", "Nothing yet."]);
});

test("it knows the market that a notification is about", () => {
  assert.deepEqual([symbolOf({ data: { symbol: "BTCUSDT" } }), symbolOf({ data: null }), symbolOf({})], ["BTCUSDT", "", ""]);
});
