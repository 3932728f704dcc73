import assert from "node:assert/strict";
import { test } from "node:test";
import { contains, containsInOrder } from "./containing.js";

test("it finds the fields that are expected, at any depth, and minds no others", () => {
  assert.ok(contains({ a: 1, b: { c: [1, 2], d: null } }, { b: { c: [1, 2] } }));
  assert.ok(!contains({ b: { c: [1, 2, 3] } }, { b: { c: [1, 2] } }));
  assert.ok(contains({ b: [{ c: 1, d: 2 }] }, { b: [{ c: 1 }] }));
  assert.ok(!contains({ b: 1 }, { c: undefined, b: { c: 1 } }));
  assert.ok(!contains(undefined, {}));
});

test("it heeds the order, and lets others stand between", () => {
  const frames = [{ n: 1 }, { n: 2 }, { n: 3 }];
  assert.ok(containsInOrder(frames, [{ n: 1 }, { n: 3 }]));
  assert.ok(!containsInOrder(frames, [{ n: 3 }, { n: 1 }]));
  assert.ok(!containsInOrder(frames, [{ n: 1 }, { n: 1 }]));
});
