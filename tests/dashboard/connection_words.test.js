import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesInWords, millisecondsInWords, uptimeInWords } from "../../templates/dashboard/static/connection_words.js";

test("it writes round trips as short as they can be read", () => {
  assert.deepEqual([null, undefined, 0.4, 7.66, 31.2, 1_234].map(millisecondsInWords), [
    "–",
    "–",
    "< 1 ms",
    "7.7 ms",
    "31 ms",
    "1,234 ms",
  ]);
});

test("it writes sizes in the unit that suits them", () => {
  assert.deepEqual([0, 999, 1_000, 123_400, 5_000_000, 7.2e12].map(bytesInWords), [
    "0 B",
    "999 B",
    "1.0 kB",
    "123.4 kB",
    "5.0 MB",
    "7,200.0 GB",
  ]);
});

test("it writes how long in the two largest units", () => {
  const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
  assert.deepEqual([0, 59_999, minute, 2 * hour + 5 * minute + 7, 3 * day + 59_000].map(uptimeInWords), [
    "0 s",
    "59 s",
    "1 min 0 s",
    "2 h 5 min",
    "3 d 0 h",
  ]);
});
