import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameLog, MOST_FRAMES } from "../../../../templates/static/dashboard/frame_log/frame_log.js";

const NOON = Date.UTC(2024, 11, 6, 12);
const price = (number) => ({
  direction: "in",
  text: JSON.stringify({ type: "price", channel: "price:BTCUSDT", data: { price: number } }),
});
const ping = { direction: "out", text: '{"type":"ping"}' };
const prices = (log) => log.shown.map(({ text }) => JSON.parse(text).data?.price);

test("it keeps the newest, and tells how many of those shown have gone", () => {
  const log = new FrameLog();
  for (let number = 0; number < MOST_FRAMES + 25; number += 1) log.add(price(number), NOON);
  assert.equal(log.shown.length, MOST_FRAMES);
  assert.deepEqual([prices(log)[0], log.dropped], [25, 25]);
});

test("it filters what is there and what comes", () => {
  const log = new FrameLog();
  log.add(price(1), NOON);
  log.add(ping, NOON);
  log.filter({ direction: "out" });
  log.add(ping, NOON);
  log.add(price(2), NOON);
  assert.deepEqual(log.shown.map(({ description }) => description.type), ["ping", "ping"]);
  log.filter({ direction: "", text: "BtcUsdt" });
  assert.deepEqual(prices(log), [1, 2]);
  log.filter({ text: "", kind: "heartbeat" });
  assert.equal(log.shown.length, 2);
});

test("it drops what the filter hides without moving what is shown", () => {
  const log = new FrameLog();
  log.add(ping, NOON);
  for (let number = 0; number < MOST_FRAMES - 1; number += 1) log.add(price(number), NOON);
  log.filter({ kind: "quote" });
  log.add(price(1_000), NOON);
  assert.deepEqual([log.shown.length, log.dropped], [MOST_FRAMES, 0]);
  log.add(price(1_001), NOON);
  assert.deepEqual([log.shown.length, log.dropped], [MOST_FRAMES, 1]);
});

test("it stands still during a pause, and counts what passes", () => {
  const log = new FrameLog();
  log.add(price(1), NOON);
  log.pause();
  log.add(price(2), NOON);
  log.add(price(3), NOON);
  assert.deepEqual([prices(log), log.passed], [[1], 2]);
  log.resume();
  log.add(price(4), NOON);
  assert.deepEqual([prices(log), log.passed], [[1, 4], 0]);
});

test("it forgets everything when it is cleared, and keeps its filter", () => {
  const log = new FrameLog();
  log.filter({ text: "price" });
  log.add(price(1), NOON);
  log.clear();
  assert.equal(log.shown.length, 0);
  log.add(ping, NOON);
  log.add(price(2), NOON);
  assert.deepEqual(prices(log), [2]);
});

test("it shows nobody's token", () => {
  const log = new FrameLog();
  log.add({ direction: "out", text: '{"type":"auth","token":"eyJhbGciOi.J9"}' }, NOON);
  assert.equal(log.shown[0].text, '{"type":"auth","token":"…"}');
});

test("it shows a frame over several lines, and as it came what is none", () => {
  const log = new FrameLog();
  log.add(ping, NOON);
  log.add({ direction: "in", text: "not json" }, NOON);
  assert.deepEqual(log.shown.map(({ indented }) => indented), ['{\n  "type": "ping"\n}', "not json"]);
});
