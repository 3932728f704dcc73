import assert from "node:assert/strict";
import { test } from "node:test";
import { accessInWords } from "../../../templates/static/operations/access_text.js";
import { bytes, count, duration, leaseInWords, milliseconds, rate } from "../../../templates/static/operations/words.js";

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

test("it tells for how long a worker without a lease counts as alive, and since when it does not", () => {
  const seen = { holder: "host:1", alive: true, epoch: null, valid_ms: 4_200 };
  assert.equal(leaseInWords(seen), "good for 4.2 s more");
  assert.equal(leaseInWords({ ...seen, alive: false, valid_ms: -1_500 }), "expired 1.5 s before");
  assert.equal(leaseInWords({ ...seen, holder: "", alive: false, valid_ms: -1 }), "free: no process does this work");
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
