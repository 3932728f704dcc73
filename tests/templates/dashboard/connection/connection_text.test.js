import assert from "node:assert/strict";
import { test } from "node:test";
import { millisecondsInWords } from "../../../../templates/static/dashboard/connection/connection_text.js";

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
