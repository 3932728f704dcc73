import assert from "node:assert/strict";
import { test } from "node:test";
import { exactNumber, fractionGiven, numberGiven, numberShown, percentText, text, withoutEmpty } from "../../../templates/static/shared/typed_numbers.js";

test("it reads numbers as people group them, and nothing else into them", () => {
  const read = ["97,500.10", "1 234 567", " 0.00000100 ", "1,250", "1,250.5", "12,345,678", "-1,250", "0.005"].map(numberGiven);
  assert.deepEqual(read, ["97500.10", "1234567", "0.00000100", "1250", "1250.5", "12345678", "-1250", "0.005"]);
});

test("it gives what is no number of thousands as it was typed, such as one with a decimal comma", () => {
  const typed = ["0,005", "0,523", "00,523", "1.250,000", "1 250,000", "1.234,5", "1,5", "12,34,567", "1250,000", "-0,005"];
  assert.deepEqual(typed.map(numberGiven), typed);
  assert.deepEqual(typed.map(exactNumber), typed);
});

test("it reads a number with a plus, or without digits on one side of its point, as that number", () => {
  const typed = [".31", "95000.", "+5", "-.5", "+.25", "1,250.", "+1,250.50", "0.", "007"];
  assert.deepEqual(typed.map(numberGiven), ["0.31", "95000", "5", "-0.5", "0.25", "1250", "1250.50", "0", "007"]);
  assert.deepEqual([".31", "95000.", "+5", "-.5"].map(exactNumber), [0.31, 95_000, 5, -0.5]);
  assert.deepEqual([".", "+", "-.", "+-5", "1.2.3", ""].map(numberGiven), [".", "+", "-.", "+-5", "1.2.3", ""]);
});

test("it writes numbers without an exponent", () => {
  assert.deepEqual([text(1e-7), text(97_523.45), text(null), text(0), text("0.10"), text(true)], ["0.0000001", "97523.45", "", "0", "0.10", "true"]);
});

test("it gives a number as one only where that changes no digit of it", () => {
  assert.deepEqual(["0.1", "1,000", "12345678901234567", "1e5", "-3", "0.1234567890123456"].map(exactNumber), [
    ...[0.1, 1000, "12345678901234567", "1e5", -3, "0.1234567890123456"],
  ]);
});

test("it turns per cent into a fraction and back, digit for digit", () => {
  const percents = ["0.1", "0.075", "5", "100", "0", "12.50", "-1"];
  assert.deepEqual(percents.map(fractionGiven), ["0.001", "0.00075", "0.05", "1", "0", "0.125", "-0.01"]);
  assert.deepEqual([0.001, 0.00075, 0.05, 1, 0, 0.125, 1e-7].map(percentText), ["0.1", "0.075", "5", "100", "0", "12.5", "0.00001"]);
  assert.deepEqual([".5", "+0.1", "1.", "-.5", "1,250."].map(fractionGiven), ["0.005", "0.001", "0.01", "-0.005", "12.5"]);
});

test("it tells the server of per cent that are no plain number that they are per cent: it would take them for a fraction", () => {
  assert.deepEqual(["1e-1", "1E1", "0,5", "١", "1_0", "a little"].map(fractionGiven), ["1e-1 %", "1E1 %", "0,5 %", "١ %", "1_0 %", "a little %"]);
  assert.equal(fractionGiven(" "), "");
});

test("what is shown of a number that is given is how much it is, however it is written", () => {
  assert.deepEqual([95_000, "95000.12345678901234", "1e5", "", " ", "soon", undefined, null].map(numberShown), [
    ...[95_000, 95_000.12345678901, 100_000, null, null, null, null, null],
  ]);
});

test("what was left empty isn't given", () => {
  assert.deepEqual(withoutEmpty({ name: "", price: 0, isOn: false, none: null }), { price: 0, isOn: false, none: null });
});
