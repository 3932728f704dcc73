import assert from "node:assert/strict";
import { test } from "node:test";
import { served } from "./served_modules.js";

const { accessInWords } = await served("operations/access_words.js");
const { bytes, count, duration, leaseInWords, milliseconds, rate } = await served("operations/words.js");

test("it names the two largest parts of a duration", () => {
  assert.deepEqual(
    [0, 59.9, 60, 725, 3_600, 86_399, 86_400, 273_600].map(duration),
    ["0 s", "59 s", "1 min 0 s", "12 min 5 s", "1 h 0 min", "23 h 59 min", "1 d 0 h", "3 d 4 h"],
  );
});

test("it gives bytes the unit that suits them", () => {
  const sizes = [0, 999, 1_000, 4_096, 2_500_000, 3e9, 5e12];
  assert.deepEqual(sizes.map(bytes), ["0 B", "999 B", "1.0 kB", "4.1 kB", "2.5 MB", "3.0 GB", "5,000.0 GB"]);
});

test("it keeps short times apart", () => {
  assert.deepEqual([0, 0.4, 9.96, 10, 1_234].map(milliseconds), ["0.0 ms", "0.4 ms", "10.0 ms", "10 ms", "1,234 ms"]);
});

test("it shows nothing where nothing was measured", () => {
  const shown = [milliseconds(null), count(undefined), rate(null), duration(undefined), bytes(NaN)];
  assert.deepEqual(new Set(shown), new Set(["–"]));
});

test("it tells a lease that holds from one that has expired, is free, or is not known", () => {
  const held = { holder: "host:1", alive: true, epoch: 1_234, valid_ms: 4_200 };
  assert.equal(leaseInWords(held), "number 1,234, good for 4.2 s more");
  assert.equal(leaseInWords({ ...held, alive: false, valid_ms: -1_500 }), "number 1,234, expired 1.5 s before");
  assert.equal(leaseInWords({ ...held, holder: "", alive: false }), "number 1,234, free: no process does this work");
  assert.equal(leaseInWords({ ...held, epoch: null, valid_ms: null }), "none read; the worker is heard");
});

test("it tells who is refused, and what to do", () => {
  assert.match(accessInWords("refused", { username: "demo" }), /^demo is not staff.*Sign in with a staff account/);
  assert.match(accessInWords("signed out"), /Sign in/);
  assert.match(accessInWords("refused", { username: "demo", reason: "Too many" }), /deployment: Too many\.$/);
  assert.match(accessInWords("ended", { hasShown: true }), /^Your session has ended: what you see below is old/);
  assert.equal(accessInWords("ended"), "Your session has ended. Sign in again to go on.");
  assert.equal(accessInWords("granted", { username: "admin" }), "");
  assert.match(accessInWords("asking", { username: "admin" }), /^Asking .* admin/);
});
