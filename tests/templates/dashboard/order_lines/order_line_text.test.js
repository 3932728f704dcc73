import assert from "node:assert/strict";
import { test } from "node:test";
import { closingText, positionText } from "../../../../templates/static/dashboard/order_lines/order_line_text.js";

const DOGE = { symbol: "DOGEUSDT", base: "DOGE", quote: "USDT", status: "TRADING", tickSize: 0.00001, stepSize: 1 };
const POSITION = { symbol: "DOGEUSDT", quantity: 100, averagePrice: 0.32, price: 0.319, unrealizedPnl: -0.13313 };

test("a gain on the chart has the decimals that it has in the dock, whatever the market's step", () => {
  assert.equal(positionText(POSITION, DOGE), "Position 100, \u22120.13 USDT");
  assert.equal(positionText({ ...POSITION, unrealizedPnl: null }, DOGE), "Position 100, \u2013 USDT");
  assert.equal(closingText(POSITION, 0.33, true, DOGE), "Take profit: +1.00 USDT before fees");
});
