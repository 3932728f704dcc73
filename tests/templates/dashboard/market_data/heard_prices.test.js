import assert from "node:assert/strict";
import { test } from "node:test";
import { HeardPrices } from "../../../../templates/static/dashboard/market_data/heard_prices.js";

test("a price is news until nothing has been heard of its market for 10.5 s, and from the next one on", () => {
  let now = 0;
  const prices = new HeardPrices(() => now);
  assert.equal(prices.of("SOLUSDT"), undefined);
  prices.hear("SOLUSDT", 150);
  prices.settle();
  now = 10_500;
  prices.hear("BTCUSDT", 94_000);
  prices.settle();
  assert.deepEqual(prices.of("SOLUSDT"), { price: 150, isOld: false });
  now = 10_501;
  assert.deepEqual(prices.of("SOLUSDT"), { price: 150, isOld: true });
  assert.deepEqual(prices.of("BTCUSDT"), { price: 94_000, isOld: false });
  prices.hear("SOLUSDT", 170);
  prices.settle();
  assert.deepEqual(prices.of("SOLUSDT"), { price: 170, isOld: false });
});

test("what a rule has looked at last is newer than a price that is no news any more", () => {
  let now = 0;
  const prices = new HeardPrices(() => now);
  assert.equal(prices.newest("SOLUSDT", 160), 160);
  prices.hear("SOLUSDT", 150);
  prices.settle();
  assert.equal(prices.newest("SOLUSDT", 160), 150);
  now = 11_000;
  assert.deepEqual([prices.newest("SOLUSDT", 160), prices.newest("SOLUSDT", NaN)], [160, 150]);
});

test("it is told with the frame for which all that was heard is settled, and not before", () => {
  const prices = new HeardPrices(() => 0);
  prices.hear("SOLUSDT", 150);
  prices.settle();
  prices.hear("SOLUSDT", 151);
  assert.equal(prices.of("SOLUSDT")?.price, 150);
  prices.settle();
  assert.equal(prices.of("SOLUSDT")?.price, 151);
});
