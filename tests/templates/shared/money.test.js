import assert from "node:assert/strict";
import { test } from "node:test";
import {
  freeText,
  gainMoneyText,
  gainText,
  moneyDecimals,
  moneyNumber,
  moneyText,
  quoteAssetHeld,
  quoteAssetOf,
} from "../../../templates/static/shared/money.js";

test("amounts have cents, and those of coins the digits in which their fees stand", () => {
  assert.deepEqual(["USDT", "EUR", "TRY", "", "BTC", "ETH", "BNB"].map(moneyDecimals), [2, 2, 2, 2, 8, 8, 8]);
  assert.deepEqual([moneyText(1_234.5, "USDT"), moneyText(0.000005, "BTC"), moneyText(12.5, "")], ["1,234.50 USDT", "0.00000500 BTC", "12.50"]);
  assert.deepEqual([gainText(-0.00012, "BTC"), gainText(0.004, "USDT"), gainText(12, "EUR")], ["−0.00012000", "0.00", "+12.00"]);
  assert.deepEqual([moneyText(null, "BTC"), gainText(undefined, "BTC"), gainMoneyText(null, "USDT")], ["–", "–", "–"]);
  assert.equal(moneyNumber(0.00012, "BTC"), "0.00012000");
  assert.deepEqual([gainMoneyText(12.5, "USDT"), gainMoneyText(-1, "")], ["+12.50 USDT", "−1.00"]);
});

test("what is free is cut off: as much as is shown can be typed", () => {
  assert.deepEqual([freeText(99.996, "USDT"), freeText(1_000, "USDT"), freeText(0, "EUR")], ["99.99 USDT free", "1,000.00 USDT free", "0.00 EUR free"]);
  assert.deepEqual([freeText(0.049999999, "BTC"), freeText(1e-8, "BTC")], ["0.04999999 BTC free", "0.00000001 BTC free"]);
});

test("a symbol's name tells the asset of its amounts, as far as it does", () => {
  assert.deepEqual(["ETHBTC", "ETHUSDT", "BTC", "NAME"].map((symbol) => quoteAssetOf({ symbol })), ["BTC", "USDT", "", ""]);
});

test("an account's amounts are those of a coin only where it has no other asset that markets are quoted in", () => {
  const held = (...assets) => quoteAssetHeld(assets.map((asset) => ({ asset })));
  assert.deepEqual([held("BTC", "USDT"), held("SOL", "ETH", "BTC"), held("SOL"), held()], ["USDT", "BTC", "", ""]);
});
