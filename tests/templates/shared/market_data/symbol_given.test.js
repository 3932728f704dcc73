import assert from "node:assert/strict";
import { test } from "node:test";
import { isNamedBy, symbolGiven } from "../../../../templates/static/shared/market_data/symbol_given.js";

test("it takes what is typed for the symbol that it names, however it is written", () => {
  for (const typed of ["BTCUSDT", " btcusdt ", "btc/usdt", "BTC-USDT"]) assert.equal(symbolGiven(typed, ["BTCUSDT", "ETHUSDT"]), "BTCUSDT");
  for (const typed of ["BTC/USD", "btcusd", "Btc-Usd"]) assert.equal(symbolGiven(typed, ["BTC/USD", "BTC/USDT"]), "BTC/USD");
  assert.equal(symbolGiven("aaplx/usd", ["AAPLx/USD"]), "AAPLx/USD");
});

test("a name of which only case tells it from another stays as it is typed", () => {
  assert.equal(symbolGiven("AAPLx/USD", ["AAPLX/USD", "AAPLx/USD"]), "AAPLx/USD");
  assert.equal(symbolGiven("aaplx/usd", ["AAPLX/USD", "AAPLx/USD"]), "aaplx/usd");
});

test("it leaves what no known symbol is to the server's words", () => {
  assert.deepEqual([symbolGiven(" aaplx/usd ", []), symbolGiven("", ["BTCUSDT"])], ["aaplx/usd", ""]);
});

test("a search finds a part of a name in any case, with or without a slash", () => {
  const found = ["usdt", "cusd", "BTC/U", ""].map((typed) => [isNamedBy("BTC/USDT", typed), isNamedBy("ETHBTC", typed)]);
  assert.deepEqual(found, [[true, false], [true, false], [true, false], [true, true]]);
});
