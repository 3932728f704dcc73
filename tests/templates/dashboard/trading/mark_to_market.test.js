import assert from "node:assert/strict";
import { test } from "node:test";
import { markedToMarket, portfolioMarkedToMarket } from "../../../../templates/static/dashboard/trading/mark_to_market.js";

const BITCOIN = { symbol: "BTCUSDT", quantity: 0.3, averagePrice: 94_000, price: 94_100.5, unrealizedPnl: 30.15 };
const ETHER = { symbol: "ETHUSDT", quantity: 2, averagePrice: 3_000, price: 3_010.1, unrealizedPnl: 20.2 };
const at = (price) => ({ symbol: "BTCUSDT", price });
const PORTFOLIO = { equity: 100_050.35, balance: 65_800, unrealizedPnl: 50.35, realizedPnl: 7, positions: [BITCOIN, ETHER], drawdown: 0, timestamp: 0 };

test("a position's gain follows the price by what is held, to the last digit", () => {
  assert.deepEqual(markedToMarket(BITCOIN, at(94_100.6)), { ...BITCOIN, price: 94_100.6, unrealizedPnl: 30.18 });
  assert.equal(markedToMarket(BITCOIN, at(93_000)).unrealizedPnl, -300);
  assert.equal(markedToMarket({ ...BITCOIN, quantity: -0.3, unrealizedPnl: -30.15 }, at(94_000)).unrealizedPnl, 0);
});

test("without a price of now, or with that of the server, it stays as the server has counted it", () => {
  assert.equal(markedToMarket(BITCOIN, at(undefined)), BITCOIN);
  assert.equal(markedToMarket(BITCOIN, at(94_100.5)), BITCOIN);
});

test("while the server knows no price, its gain is against what it cost, and so in the sums", () => {
  const unpriced = { ...BITCOIN, price: null, unrealizedPnl: null };
  assert.deepEqual(markedToMarket(unpriced, at(94_100.5)), BITCOIN);
  assert.equal(markedToMarket(unpriced, at(undefined)), unpriced);
  const counted = { ...PORTFOLIO, equity: 100_020.2, unrealizedPnl: 20.2, positions: [unpriced, ETHER] };
  assert.deepEqual(portfolioMarkedToMarket(counted, { symbol: "BTCUSDT", price: 94_100.5 }), PORTFOLIO);
  assert.deepEqual(portfolioMarkedToMarket(counted, { symbol: "SOLUSDT", price: 1 }), counted);
});

test("a portfolio's sums follow the market of which the page tells the price, and no other", () => {
  const marked = portfolioMarkedToMarket(PORTFOLIO, { symbol: "BTCUSDT", price: 94_100.6 });
  assert.deepEqual([marked.equity, marked.unrealizedPnl, marked.realizedPnl], [100_050.38, 50.38, 7]);
  assert.deepEqual(marked.positions, [{ ...BITCOIN, price: 94_100.6, unrealizedPnl: 30.18 }, ETHER]);
  assert.deepEqual(portfolioMarkedToMarket(PORTFOLIO, { symbol: "SOLUSDT", price: 1 }), PORTFOLIO);
  assert.deepEqual(portfolioMarkedToMarket(PORTFOLIO, { symbol: "" }), PORTFOLIO);
});
