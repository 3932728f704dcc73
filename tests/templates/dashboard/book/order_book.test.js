import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import "../../page_in_node.js";

const { BEHIND_MS, OrderBook } = await import("../../../../templates/static/dashboard/book/order_book.js");

const BTC = { symbol: "BTCUSDT", base: "BTC", quote: "USDT", status: "TRADING", tickSize: 0.01, stepSize: 0.001 };
const SHIB = { ...BTC, symbol: "SHIBUSDT", tickSize: 1e-8, stepSize: 1 };
const DEPTH = { symbol: "BTCUSDT", bids: [[100.04, 1], [100.01, 2], [99.99, 3]], asks: [[100.05, 1], [100.11, 3]] };

const byId = (id) => document.getElementById(id);
const rowsOf = (side) => [...byId(`order-book-${side}`).children].map((row) => [...row.children].map((cell) => cell.textContent));
const shown = (side) => rowsOf(side).filter(([price]) => price !== "–");
const taken = [];
let book;
/** Whether a deep book was wanted, each time that it was told. */
let wanted;
/** How much of the book is in sight, px; 0: it is on no screen. */
let height = 0;

/** As the reader does. */
function choose(multiple, id = "order-book-step") {
  byId(id).value = String(multiple);
  byId(id).dispatchEvent(new document.defaultView.Event("change"));
}

/** Levels a cent apart, so many a side. */
function deep(count) {
  const side = (way) => Array.from({ length: count }, (_, level) => [100 + way * (level + 1) / 100, 1]);
  return { symbol: "BTCUSDT", bids: side(-1), asks: side(1) };
}

Object.defineProperty(byId("order-book-scroller"), "clientHeight", { get: () => height });

beforeEach(() => {
  height = 0;
  localStorage.clear();
  for (const side of ["asks", "bids"]) byId(`order-book-${side}`).replaceChildren();
  // No book of an earlier test hears what the reader does.
  for (const id of ["order-book-step", "order-book-levels", "depth-chart-open"]) byId(id).replaceWith(byId(id).cloneNode(true));
  byId("depth-chart").hidden = true;
  wanted = [];
  book = new OrderBook((price) => taken.push(price), (isWanted) => wanted.push(isWanted));
  book.show(BTC);
  book.paint({ symbol: "BTCUSDT", price: 100.04, depth: DEPTH });
});

test("it gathers the levels by the step that is chosen, at once", () => {
  assert.deepEqual([...byId("order-book-step").options].map(({ textContent }) => textContent), ["0.01", "0.05", "0.1", "0.5", "1", "5", "10"]);
  choose(10);
  assert.deepEqual(shown("bids"), [["100.0", "3.000", "3.000"], ["99.9", "3.000", "6.000"]]);
  assert.deepEqual(shown("asks"), [["100.2", "3.000", "4.000"], ["100.1", "1.000", "1.000"]]);
  choose(1);
  assert.deepEqual(shown("bids")[0], ["100.04", "1.000", "1.000"]);
});

test("the last price and the spread are the market's, however the levels are gathered", () => {
  choose(100);
  assert.deepEqual([byId("order-book-price").textContent, byId("order-book-spread").textContent], ["100.04", "Spread 0.01 (0.010%)"]);
});

test("the price between the sides is the last trade's, in the colour of its last change, whether or not the book has moved", () => {
  const told = () => [byId("order-book-price").textContent, byId("order-book-price").dataset.direction];
  assert.deepEqual(told(), ["100.04", "flat"]);
  for (const price of [100.02, 100.02]) book.paint({ symbol: "BTCUSDT", price, depth: DEPTH });
  assert.deepEqual(told(), ["100.02", "down"]);
  book.show(SHIB);
  assert.deepEqual(told(), ["–", undefined]);
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

test("it has as many rows as its reader chooses, the best ones beside the middle, and keeps the choice", () => {
  assert.deepEqual([...byId("order-book-levels").options].map(({ textContent }) => textContent), ["Fit", "20", "50", "100"]);
  choose(50, "order-book-levels");
  book.paint({ symbol: "BTCUSDT", depth: deep(100) });
  assert.deepEqual([shown("bids").length, shown("asks").length], [50, 50]);
  assert.deepEqual([shown("bids")[0][0], shown("asks").at(-1)[0]], ["99.99", "100.01"]);
  choose(20, "order-book-levels");
  assert.deepEqual([shown("bids").length, shown("asks").length], [20, 20]);
  assert.deepEqual([shown("bids").at(-1)[0], shown("asks")[0][0]], ["99.80", "100.20"]);
  assert.equal(JSON.parse(localStorage.getItem("tidewire.order_book")).levels, 20);
  choose(0, "order-book-levels");
});

test("one of its rows is a stop of Tab, whichever are there", () => {
  const stops = () => document.querySelectorAll("#order-book button[tabindex='0']").length;
  choose(20, "order-book-levels");
  byId("order-book-bids").lastElementChild.querySelector("button").focus();
  assert.equal(stops(), 1);
  height = 400;
  choose(0, "order-book-levels");
  assert.equal(byId("order-book-bids").children.length, 10);
  assert.equal(stops(), 1);
});

test("a deep book is wanted where more than ten levels count, and the book is on the screen", () => {
  choose(20, "order-book-levels");
  assert.equal(wanted.at(-1), false);
  height = 400;
  choose(50, "order-book-levels");
  assert.equal(wanted.at(-1), true);
  choose(0, "order-book-levels");
  assert.equal(wanted.at(-1), false);
  choose(10);
  assert.equal(wanted.at(-1), true);
  choose(1);
  byId("depth-chart-open").click();
  assert.equal(wanted.at(-1), true);
});

test("rows out of sight are painted at once where there are more, and soon where they only change, also when nothing more comes", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const heights = { "thead": 25, ".middle": 30, ".bids tr": 20 };
  for (const [part, px] of Object.entries(heights)) {
    Object.defineProperty(byId("order-book-scroller").querySelector(part), "offsetHeight", { get: () => px, configurable: true });
  }
  height = 485;
  choose(100, "order-book-levels");
  const told = deep(100);
  book.paint({ symbol: "BTCUSDT", depth: told });
  assert.equal(shown("bids").length, 100);
  const newest = () => rowsOf("bids").filter(([, quantity]) => quantity === `${told.bids[0][1]}.000`).length;
  const painted = () => {
    told.bids = told.bids.map(([price, quantity]) => [price, quantity + 1]);
    book.paint({ symbol: "BTCUSDT", depth: { ...told } });
    return newest();
  };
  for (let round = 0; round < 2; round += 1) {
    const counts = Array.from({ length: 30 }, painted);
    assert.ok(Math.max(...counts) < 40, `${counts} rows are painted with each change`);
    mock.timers.tick(BEHIND_MS - 1);
    assert.ok(newest() < 40);
    mock.timers.tick(1);
    assert.equal(newest(), 100);
  }
  mock.timers.reset();
});
