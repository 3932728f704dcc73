import assert from "node:assert/strict";
import { test } from "node:test";
import { marketsFound } from "../../../../templates/static/dashboard/markets/market_search.js";

const marketOf = (base, quote, symbol = `${base}${quote}`) => ({ symbol, base, quote });
const MARKETS = [
  marketOf("ETH", "BTC"), marketOf("BTC", "USDT"), marketOf("BTC", "USDC"), marketOf("WBTC", "BTC"), marketOf("ETH", "USDT"),
  marketOf("BCH", "USDT"), marketOf("BTCST", "USDT"), marketOf("XBT", "USD", "XBT/USD"),
];
const found = (typed) => marketsFound(MARKETS, typed).map(({ symbol }) => symbol);

test("a pair is found however its assets are parted", () => {
  for (const typed of ["btc usdt", "btc-usdt", "BTC/USDT", "btc_usdt", "  btc  usdt "]) assert.equal(found(typed)[0], "BTCUSDT");
  assert.deepEqual(found("btcusdt"), ["BTCUSDT"]);
  assert.equal(found("usdt btc")[0], "BTCUSDT");
});

test("a coin is found by its name, as exchanges call it and as people do", () => {
  assert.deepEqual(found("bitcoin"), ["BTCUSDT", "BTCUSDC", "XBT/USD", "WBTCBTC", "BCHUSDT", "ETHBTC"]);
  assert.deepEqual(found("bitcoin usdc"), ["BTCUSDC"]);
  assert.deepEqual(found("bitcoin cash"), ["BCHUSDT"]);
  assert.deepEqual(found("ether"), ["ETHBTC", "ETHUSDT"]);
});

test("what has just that base comes first, then what begins so, then what only holds it", () => {
  assert.deepEqual(found("btc"), ["BTCUSDT", "BTCUSDC", "BTCSTUSDT", "ETHBTC", "WBTCBTC"]);
});

test("nothing typed leaves all in their order, and what names none leaves none", () => {
  assert.deepEqual(found("  "), MARKETS.map(({ symbol }) => symbol));
  assert.deepEqual([found("nothing"), found("-/")], [[], []]);
});

test("a text as long as anything is read as far as a name can be", () => {
  assert.deepEqual(found(`btcusdt${" ".repeat(57)}nothing`.repeat(100_000)), found("btcusdt"));
});
