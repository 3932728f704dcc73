import assert from "node:assert/strict";
import { test } from "node:test";
import { leaseText } from "../../../templates/static/operations/lease_text.js";

test("it tells a lease that holds from one that has expired, is free, or is not known", () => {
  const held = { holder: "host:1", alive: true, epoch: 1_234, valid_ms: 4_200 };
  assert.equal(leaseText(held), "number 1,234, good for 4.2 s more");
  assert.equal(leaseText({ ...held, alive: false, valid_ms: -1_500 }), "number 1,234, expired 1.5 s before");
  assert.equal(leaseText({ ...held, holder: "", alive: false }), "number 1,234, free: no process does this work");
  assert.equal(leaseText({ ...held, epoch: null, valid_ms: null }), "heard");
});

test("it tells for how long a worker without a lease counts as alive, and since when it does not", () => {
  const seen = { holder: "host:1", alive: true, epoch: null, valid_ms: 4_200 };
  assert.equal(leaseText(seen), "good for 4.2 s more");
  assert.equal(leaseText({ ...seen, alive: false, valid_ms: -1_500 }), "expired 1.5 s before");
  assert.equal(leaseText({ ...seen, holder: "", alive: false, valid_ms: -1 }), "free: no process does this work");
});

test("it tells how many processes stand by, of a worker that tells of its work", () => {
  const held = { holder: "host:1", alive: true, epoch: 4, valid_ms: 4_200 };
  assert.equal(leaseText({ ...held, standing_by: 1 }), "number 4, good for 4.2 s more; 1 process stands by");
  assert.equal(leaseText({ ...held, standing_by: 0 }), "number 4, good for 4.2 s more; nobody stands by");
  assert.equal(leaseText({ ...held, epoch: null, standing_by: 0 }), "good for 4.2 s more");
});
