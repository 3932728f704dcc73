import assert from "node:assert/strict";
import { test } from "node:test";
import { FeedDoubt } from "../../../../templates/static/shared/connection/feed_doubt.js";

const NEWS = { isNews: true };
const ANSWER = { isNews: false };
const BUSY = 50;

/** A feed that had as many news as that, evenly, up to 10 s. */
function feedOf(count) {
  const doubt = new FeedDoubt();
  for (let index = 1; index <= count; index += 1) doubt.hear((index * 10_000) / count, NEWS);
  return doubt;
}

test("it doubts a busy feed after three seconds of silence, until there is news", () => {
  const doubt = feedOf(BUSY);
  assert.equal(doubt.at(12_999), "");
  assert.equal(doubt.at(13_000), "silent");
  doubt.hear(14_000, ANSWER);
  assert.deepEqual([doubt.at(14_000), doubt.silence(14_000)], ["silent", 4_000]);
  doubt.hear(14_500, NEWS);
  assert.equal(doubt.at(14_500), "");
});

test("it doubts no feed that has few news, and none that has had its many long ago", () => {
  assert.equal(feedOf(BUSY - 1).at(60_000), "");
  const slow = new FeedDoubt();
  for (let second = 0; second <= BUSY; second += 1) slow.hear(second * 1_000, NEWS);
  assert.equal(slow.at(3_600_000), "");
  assert.equal(new FeedDoubt().at(60_000), "");
});

test("it doubts any feed at once when the network goes, until anything is heard that was not on its way", () => {
  const doubt = new FeedDoubt();
  doubt.goOffline(1_000);
  assert.equal(doubt.at(1_000), "offline");
  doubt.hear(1_100, NEWS);
  assert.equal(doubt.at(9_000), "offline");
  doubt.hear(9_000, ANSWER);
  assert.equal(doubt.at(9_000), "");
});

test("another connection begins without a doubt", () => {
  const doubt = feedOf(BUSY);
  doubt.goOffline(10_000);
  doubt.begin();
  assert.equal(doubt.at(60_000), "");
});
