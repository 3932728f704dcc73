import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { addPart } from "../../page_in_node.js";

addPart("trading.html");
addPart("../../shared/confirm.html");
document.body.insertAdjacentHTML("beforeend", '<section id="dock"><b id="position-count"></b><b id="order-count"></b></section>');
const { ConfirmDialog } = await import("../../../../templates/static/shared/confirm_dialog.js");
const { TradingDock } = await import("../../../../templates/static/dashboard/trading/trading_dock.js");

const positionOf = (symbol) => ({ symbol, quantity: 0.3, averagePrice: 94_000, price: 94_100.5, unrealizedPnl: 30.15 });
const trading = { positions: new Map(), openOrders: new Map(), fills: [], balances: new Map(), accounts: [], account: "", state: "known", problem: "", portfolio: null, on: () => undefined };
const infoOf = (symbol) => ({ symbol, base: symbol.slice(0, 3), quote: "USDT", status: "TRADING", tickSize: 0.01, stepSize: 0.00001 });
const dialog = new ConfirmDialog();
const dock = new TradingDock(/** @type {any} */ (trading), /** @type {any} */ ({}), dialog, infoOf);

const stateOf = (symbol, price) => /** @type {any} */ ({ symbol, price });
/** @returns {string[][]} price, worth and gain of each position */
const shown = () => [...document.querySelectorAll("#position-rows tr")].map((row) => [...row.querySelectorAll("td")].slice(2, 5).map(({ textContent }) => textContent));
const AS_TOLD = ["94,100.50", "28,230.15 USDT", "+30.15 USDT (+0.11%)"];

beforeEach(() => {
  trading.positions = new Map(["BTCUSDT", "ETHUSDT"].map((symbol) => [symbol, positionOf(symbol)]));
  dock.paint(stateOf("", undefined));
  dock.refresh({ all: true });
});

test("the chosen market's position tells the price of the page's state, and the gain at that", () => {
  assert.deepEqual(shown(), [AS_TOLD, AS_TOLD]);
  dock.paint(stateOf("BTCUSDT", 95_000));
  assert.deepEqual(shown(), [["95,000.00", "28,500.00 USDT", "+300.00 USDT (+1.06%)"], AS_TOLD]);
});

test("what the server tells of it afterwards changes what it cost, and not its price", () => {
  dock.paint(stateOf("BTCUSDT", 95_000));
  trading.positions.set("BTCUSDT", { ...positionOf("BTCUSDT"), price: 94_200, averagePrice: 93_900, unrealizedPnl: 90 });
  dock.refresh();
  assert.deepEqual(shown()[0], ["95,000.00", "28,500.00 USDT", "+330.00 USDT (+1.17%)"]);
});

test("once another market is chosen, it tells what the server does", () => {
  dock.paint(stateOf("BTCUSDT", 95_000));
  dock.paint(stateOf("SOLUSDT", undefined));
  assert.deepEqual(shown(), [AS_TOLD, AS_TOLD]);
});

test("it tells the sums of what is held in their quote asset, or that they are sums of several", () => {
  const sums = { equity: 99_990.5, balance: 0, unrealizedPnl: -9.5, realizedPnl: 0, positions: [], drawdown: 0, timestamp: 0 };
  const told = (quoteAssets) => {
    trading.portfolio = { ...sums, quoteAssets };
    dock.refresh({ all: true });
    return ["trading-facts", "trading-units"].map((id) => document.getElementById(id).textContent);
  };
  assert.deepEqual(told(["USDT"]), ["Equity 99,990.50 USDTUnrealised −9.50 USDTRealised 0.00 USDT", ""]);
  assert.deepEqual(told(["USDC", "USDT"]), ["Equity 99,990.50Unrealised −9.50Realised 0.00", "USDC and USDT count as equal"]);
});

test("the question whether to close a position follows the price that the page tells, and what the server does of it", () => {
  trading.balances = new Map([["BTC", { asset: "BTC", free: 0.3, locked: 0 }]]);
  dock.paint(stateOf("BTCUSDT", 95_000));
  document.querySelector("#position-rows button").click();
  const asked = () => [...document.querySelectorAll("#confirm-says li")].map(({ textContent }) => textContent).slice(1);
  const at = (price, worth, gain) => [`At the price of now, ${price}, that is about ${worth} USDT before the fee.`, `Unrealised gain of the whole position: ${gain} USDT.`];
  assert.deepEqual(asked(), at("95,000.00", "28,500.00", "+300.00"));
  dock.paint(stateOf("BTCUSDT", 95_100));
  assert.deepEqual(asked(), at("95,100.00", "28,530.00", "+330.00"));
  trading.positions.set("BTCUSDT", { ...positionOf("BTCUSDT"), averagePrice: 93_900, unrealizedPnl: 60.15 });
  dock.refresh();
  assert.deepEqual(asked(), at("95,100.00", "28,530.00", "+360.00"));
  dialog.close();
});

test("the tools stay those of the tab in sight while every tab is painted anew for another market", (context) => {
  for (const tab of ["positions", "orders", "fills", "balances"]) {
    context.mock.method(document.getElementById(`dock-${tab}`), "checkVisibility", () => tab === "orders");
  }
  dock.select({ symbol: "ETHUSDT", interval: "1m" });
  assert.equal(document.getElementById("trading-tools").dataset.tab, "orders");
});
