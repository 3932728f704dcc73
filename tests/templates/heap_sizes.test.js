import assert from "node:assert/strict";
import test from "node:test";
import { sizesOf } from "../browser/heap_sizes.mjs";

const META = { node_fields: ["type", "name", "id", "self_size"], node_types: [["object", "code", "native", "synthetic"]] };

test("a heap's snapshot is told as values, code and what the browser holds for the page", () => {
  const strings = ["Trade", "SharedFunctionInfo", "blink::Node", "system / WeakArrayList", "(root)"];
  const nodes = [[0, 0, 1, 40], [0, 0, 3, 24], [1, 1, 5, 100], [2, 2, 7, 300], [2, 3, 9, 7], [3, 4, 11, 5]].flat();
  assert.deepEqual(sizesOf({ snapshot: { meta: META }, nodes, strings }), { values: 64, code: 107, browser: 300 });
});
