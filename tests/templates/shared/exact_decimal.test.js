import assert from "node:assert/strict";
import { test } from "node:test";
import { ExactDecimal, ZERO, exactOrZero, formatExact } from "../../../templates/static/shared/exact_decimal.js";

const of = (value) => ExactDecimal.of(value);

test("it adds, subtracts and multiplies without losing a digit", () => {
  assert.equal(String(of("0.1").plus(of("0.2"))), "0.3");
  assert.equal(String(of("99999999999999999999").times(of("0.00000001"))), "999999999999.99999999");
  assert.equal(String(of("1").minus(of("1.000000000000000000000001"))), "-0.000000000000000000000001");
  assert.equal(String(of(1e-7).times(of(3))), "0.0000003");
});

test("it goes down to a step, also below 0, and knows what lies on one", () => {
  const down = [["0.123456", "0.00001"], ["7", "2.5"], ["-0.05", "0.1"]].map(([value, step]) => String(of(value).downTo(of(step))));
  assert.deepEqual(down, ["0.12345", "5", "-0.1"]);
  assert.equal(String(of("1000").dividedDownTo(of("97523.45"), of("0.00001"))), "0.01025");
  assert.deepEqual([of("0.3").isMultipleOf(of("0.1")), of("0.35").isMultipleOf(of("0.1"))], [true, false]);
});

test("it goes up to a step, also below 0, and stays on one", () => {
  const up = [["0.123456", "0.00001"], ["5", "2.5"], ["-0.05", "0.1"], ["0.3", "0.1"]].map(([value, step]) => String(of(value).upTo(of(step))));
  assert.deepEqual(up, ["0.12346", "5", "0", "0.3"]);
});

test("it compares numbers of different lengths", () => {
  assert.deepEqual([of("1.0").compare(of("1")), of("2").compare(of("10")), of("-1").compare(ZERO)], [0, -1, -1]);
  assert.deepEqual([of("0.00").isPositive, of("0.01").isPositive, of("-3").isPositive], [false, true, false]);
});

test("it reads plain numbers of a bounded length, and nothing else", () => {
  assert.deepEqual(["", "1,5", "--1", "0x1", ".5", NaN, null, undefined, "9".repeat(61)].map(of), Array(9).fill(null));
  assert.deepEqual(["2.50", "1,5", null].map((value) => String(exactOrZero(value))), ["2.5", "0", "0"]);
});

test("it shows money with its thousands apart, as many decimals as are wanted, and what there is more", () => {
  const shown = [formatExact(of("97500"), 2), formatExact(of("1234567.891"), 2), formatExact(of("0.129999"), 2, 2), formatExact(of("0.120001"), 2, 4)];
  assert.deepEqual(shown, ["97,500.00", "1,234,567.891", "0.12", "0.12"]);
  assert.deepEqual([formatExact(of("-1234.5"), 2), formatExact(of("-0.001"), 2, 2)], ["\u22121,234.50", "0.00"]);
});
