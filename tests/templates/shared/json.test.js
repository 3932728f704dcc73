import assert from "node:assert/strict";
import { test } from "node:test";
import { jsonOf } from "../../../templates/static/shared/json.js";

test("it reads JSON, and takes what is none, or isn't there, as null", () => {
  assert.deepEqual(['{"a": [1]}', "0", "null", "", "<html>", null].map(jsonOf), [{ a: [1] }, 0, null, null, null, null]);
});
