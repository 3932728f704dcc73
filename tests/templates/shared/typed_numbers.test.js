import assert from "node:assert/strict";
import { test } from "node:test";
import { numberGiven, text } from "../../../templates/static/shared/typed_numbers.js";

test("it reads numbers as people group them, and nothing else into them", () => {
  const read = ["97,500.10", "1 234 567", " 0.00000100 ", "1,5", "12,34,567", "1.234,5"].map(numberGiven);
  assert.deepEqual(read, ["97500.10", "1234567", "0.00000100", "1,5", "12,34567", "1.234,5"]);
});

test("it writes numbers without an exponent", () => {
  assert.deepEqual([text(1e-7), text(97_523.45), text(null), text(0), text("0.10"), text(true)], ["0.0000001", "97523.45", "", "0", "0.10", "true"]);
});
