import assert from "node:assert/strict";
import { test } from "node:test";
import { closingOf, closingSentences } from "../../../../templates/static/dashboard/trading/closing.js";
import { markedToMarket } from "../../../../templates/static/dashboard/trading/mark_to_market.js";
import { exactText, factsOf, gainOf, noteOf, totalText, unitsNoteOf, worthText } from "../../../../templates/static/dashboard/trading/trading_text.js";

const MARKET = { symbol: "BTCUSDT", base: "BTC", quote: "USDT", status: "TRADING", tickSize: 0.01, stepSize: 0.00001 };
const POSITION = { symbol: "BTCUSDT", quantity: 0.30000049, averagePrice: 94_000, price: 94_100.5, unrealizedPnl: 30.15 };
const THERE = { state: "known", problem: "", shown: 0, all: 0, symbol: "BTCUSDT" };

test("numbers have all their digits, and gains their sign, whatever their colour", () => {
  assert.deepEqual([exactText(92_525.898291927), exactText(95_000, 2), exactText(1e-7), exactText(null)], ["92,525.898291927", "95,000.00", "0.0000001", "–"]);
  assert.deepEqual([worthText(94_000.5, 0.001), worthText(1 / 3, 0.1), totalText(0.1, 0.2)], ["94.0005", "0.03333333", "0.3"]);
  assert.deepEqual(gainOf(POSITION, "USDT"), { amount: "+30.15", percent: "+0.11%", direction: "up" });
  const unknown = { amount: "–", percent: "–", direction: "flat" };
  assert.deepEqual(gainOf({ ...POSITION, price: null, unrealizedPnl: null }, "USDT"), unknown);
  assert.deepEqual(gainOf({ ...POSITION, price: 93_000, unrealizedPnl: -300 }, "USDT"), { amount: "−300.00", percent: "−1.06%", direction: "down" });
});

test("a gain of a few thousandths of a bitcoin is shown", () => {
  const position = { symbol: "ETHBTC", quantity: 0.1, averagePrice: 0.03, price: 0.0312, unrealizedPnl: 0.00012 };
  assert.deepEqual(gainOf(position, "BTC"), { amount: "+0.00012000", percent: "+4.00%", direction: "up" });
});

test("a portfolio's sums are in its quote asset; of several, which count as equal, it says so in place of a unit", () => {
  const sums = { equity: 99_990.5, unrealizedPnl: -9.5, realizedPnl: 0, balance: 0, positions: [], drawdown: 0, timestamp: 0 };
  const told = (/** @type {string[]} */ quoteAssets) => {
    const facts = factsOf({ ...sums, quoteAssets }).map(({ name, value }) => `${name} ${value}`);
    return [...facts, unitsNoteOf({ ...sums, quoteAssets })];
  };
  assert.deepEqual(told(["USDT"]), ["Equity 99,990.50 USDT", "Unrealised −9.50 USDT", "Realised 0.00 USDT", ""]);
  assert.equal(told(["BTC"])[1], "Unrealised −9.50000000 BTC");
  const bare = ["Equity 99,990.50", "Unrealised −9.50", "Realised 0.00"];
  assert.deepEqual(told(["USDC", "USDT"]), [...bare, "USDC and USDT count as equal"]);
  assert.deepEqual(told(["EUR", "USDC", "USDT"]), [...bare, "EUR, USDC and USDT count as equal"]);
  assert.deepEqual(told(undefined), [...bare, ""], "a gateway of the version before tells no assets");
  assert.equal(unitsNoteOf(null), "");
});

test("where nothing is shown it says why, and what to do", () => {
  assert.match(noteOf("orders", { ...THERE, state: "signed_out" }), /^Sign in to trade/);
  assert.match(noteOf("orders", THERE), /order ticket/);
  assert.equal(noteOf("orders", { ...THERE, state: "loading" }), "Loading…");
  assert.equal(noteOf("orders", { ...THERE, all: 1 }), "Nothing on BTCUSDT. There is 1 open order on other markets.");
  assert.equal(noteOf("positions", { ...THERE, all: 2 }), "Nothing on BTCUSDT. There are 2 positions on other markets.");
  assert.equal(noteOf("fills", { ...THERE, state: "refused", problem: "The server can't be reached", shown: 1, all: 1 }), "The server can't be reached. What is shown may be old.");
  assert.equal(noteOf("fills", { ...THERE, shown: 1, all: 1 }), "");
});

test("a position is closed by what is free of it, in whole steps, and what stays is said", () => {
  const closing = closingOf(POSITION, MARKET, 0.2);
  assert.deepEqual([closing.side, String(closing.quantity), String(closing.left)], ["sell", "0.2", "0.10000049"]);
  const whole = closingOf(POSITION, MARKET, 5);
  assert.deepEqual([String(whole.quantity), String(whole.left)], ["0.3", "0.00000049"]);
  assert.deepEqual(closingSentences(closing, POSITION, MARKET, "Main"), [
    "It sells 0.2 BTC of the account Main at once, by a market order, at what the order book offers.",
    "At the price of now, 94,100.50, that is about 18,820.10 USDT before the fee.",
    "Unrealised gain of the whole position: +30.15 USDT.",
    "0.10000049 BTC stay: bound in open orders or in grids, another account's, or less than a whole step.",
  ]);
});

test("what closing brings, and the gain, are told at the price of now", () => {
  const priced = markedToMarket(POSITION, { symbol: "BTCUSDT", price: 95_000 });
  const sentences = closingSentences(closingOf(priced, MARKET, 5), priced, MARKET, "");
  assert.equal(sentences[1], "At the price of now, 95,000.00, that is about 28,500.00 USDT before the fee.");
  assert.equal(sentences[2], "Unrealised gain of the whole position: +300.00 USDT.");
});

test("a position of which nothing can be sold says why", () => {
  assert.match(closingOf(POSITION, MARKET, undefined), /^All of it is bound in open orders or in grids/);
  assert.equal(closingOf(POSITION, MARKET, 0.000001), "0.000001 BTC is less than can be sold: at least 0.00001.");
});
