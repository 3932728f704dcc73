import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import "../../page_in_node.js";

const { OrderBook } = await import("../../../../templates/static/dashboard/book/order_book.js");

const BTC = { symbol: "BTCUSDT", base: "BTC", quote: "USDT", status: "TRADING", tickSize: 0.01, stepSize: 0.001 };
const SHIB = { ...BTC, symbol: "SHIBUSDT", tickSize: 1e-8, stepSize: 1 };
const DEPTH = { symbol: "BTCUSDT", bids: [[100.04, 1], [100.01, 2], [99.99, 3]], asks: [[100.05, 1], [100.11, 3]] };

const byId = (id) => document.getElementById(id);
const rowsOf = (side) => [...byId(`order-book-${side}`).children].map((row) => [...row.children].map((cell) => cell.textContent));
const shown = (side) => rowsOf(side).filter(([price]) => price !== "–");
const taken = [];
let book;

/** As the reader does. */
function choose(multiple) {
  byId("order-book-step").value = String(multiple);
  byId("order-book-step").dispatchEvent(new document.defaultView.Event("change"));
}

beforeEach(() => {
  localStorage.clear();
  for (const side of ["asks", "bids"]) byId(`order-book-${side}`).replaceChildren();
  book = new OrderBook((price) => taken.push(price));
  book.show(BTC);
  book.paint({ symbol: "BTCUSDT", depth: DEPTH });
});

test("it gathers the levels by the step that is chosen, at once", () => {
  assert.deepEqual([...byId("order-book-step").options].map(({ textContent }) => textContent), ["0.01", "0.05", "0.1", "0.5", "1", "5", "10"]);
  choose(10);
  assert.deepEqual(shown("bids"), [["100.0", "3.000", "3.000"], ["99.9", "3.000", "6.000"]]);
  assert.deepEqual(shown("asks"), [["100.2", "3.000", "4.000"], ["100.1", "1.000", "1.000"]]);
  choose(1);
  assert.deepEqual(shown("bids")[0], ["100.04", "1.000", "1.000"]);
});

test("the middle and its spread are the market's, however the levels are gathered", () => {
  choose(100);
  assert.deepEqual([byId("order-book-middle").textContent, byId("order-book-spread").textContent], ["100.05", "Spread 0.01 (0.010%)"]);
});

test("a market has the step that was chosen for it", () => {
  choose(10);
  book.show(SHIB);
  assert.equal(byId("order-book-step").value, "1");
  assert.equal(byId("order-book-step").options[1].textContent, "0.00000005");
  book.show(BTC);
  assert.equal(byId("order-book-step").value, "10");
});

test("the price of a group that is taken is one the market takes, and 0 is none", () => {
  choose(10);
  byId("order-book-bids").children[1].querySelector("button").click();
  choose(1000);
  book.paint({ symbol: "BTCUSDT", depth: { ...DEPTH, bids: [[9.99, 1]] } });
  byId("order-book-bids").children[0].querySelector("button").click();
  assert.deepEqual(taken, ["99.9"]);
});

test("it says how much of what is shown is bid", () => {
  assert.deepEqual([byId("order-book-bid-share").textContent, byId("order-book-ask-share").textContent], ["Bids 60 %", "40 % Asks"]);
  book.show(BTC);
  assert.equal(byId("order-book-bid-share").textContent, "Bids – %");
});

test("the depth chart comes and goes by its button, says in words what it draws, and is kept", () => {
  const button = byId("depth-chart-open");
  assert.deepEqual([byId("depth-chart").hidden, button.getAttribute("aria-pressed")], [true, "false"]);
  button.click();
  assert.deepEqual([byId("depth-chart").hidden, button.getAttribute("aria-pressed")], [false, "true"]);
  assert.match(byId("depth-chart-bids").getAttribute("d"), /^M500 100H/);
  assert.equal(byId("depth-chart-drawing").getAttribute("aria-label"), "Depth chart: 6 BTC bid down to 99.99, 1 BTC asked up to 100.10");
  assert.equal(JSON.parse(localStorage.getItem("tidewire.order_book")).hasChart, true);
  book.show(SHIB);
  assert.equal(byId("depth-chart-bids").getAttribute("d"), "");
});
