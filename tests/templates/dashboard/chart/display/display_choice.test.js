import assert from "node:assert/strict";
import { test } from "node:test";
import { displayOf } from "../../../../../templates/static/dashboard/chart/display/display_choice.js";

test("what was chosen is kept", () => {
  const chosen = { type: "heikin-ashi", scale: "percent" };
  assert.deepEqual(displayOf(JSON.stringify(chosen)), chosen);
});

for (const text of [null, "not json", "null", "7", '{"type": "toString", "scale": 3}', '{"type": "pie"}']) {
  test(`a choice that was kept as ${text} is as at the beginning`, () => {
    assert.deepEqual(displayOf(text), { type: "candles", scale: "linear" });
  });
}
