import assert from "node:assert/strict";
import { test } from "node:test";
import { MULTIPLES, stepOf } from "../../../../templates/static/dashboard/book/price_steps.js";
import { imbalanceOf, shownLevels } from "../../../../templates/static/dashboard/book/shown_levels.js";

const BOOK = {
  bids: [[100.04, 1], [100.01, 2], [99.99, 3], [99.9, 4]],
  asks: [[100.05, 1.5], [100.1, 2.5], [100.11, 3], [101, 0.25]],
};
const pricesOf = (rows) => rows.map(({ price }) => price);
const gatheredBy = (tick, multiple, book = BOOK, count = 10) => shownLevels(book, stepOf(tick, multiple), count);

test("its steps are multiples of the tick, and none where that isn't known", () => {
  assert.deepEqual(MULTIPLES.map((multiple) => String(stepOf(0.01, multiple))), ["0.01", "0.05", "0.1", "0.5", "1", "5", "10"]);
  assert.deepEqual(MULTIPLES.map((multiple) => String(stepOf(1e-8, multiple))).slice(0, 3), ["0.00000001", "0.00000005", "0.0000001"]);
  assert.deepEqual([NaN, 0, -1].map((tick) => stepOf(tick, 10)), [null, null, null]);
});

test("it rounds bids down and asks up, and adds up what falls together", () => {
  const { bids, asks } = gatheredBy(0.01, 10);
  assert.deepEqual(bids.map(({ price, quantity, gathered }) => [price, quantity, gathered]), [["100", 3, 3], ["99.9", 7, 10]]);
  assert.deepEqual(asks.map(({ price, quantity, gathered }) => [price, quantity, gathered]), [["100.1", 4, 4], ["100.2", 3, 7], ["101", 0.25, 7.25]]);
});

test("no price falls to the wrong side of a step by what binary numbers can't hold", () => {
  const prices = Array.from({ length: 300 }, (_, index) => [Number(`1.${String(999 - index).padStart(3, "0")}`), 0.1]);
  const { bids } = shownLevels({ bids: prices, asks: [] }, stepOf(0.001, 100), 10);
  assert.deepEqual(bids.map(({ price, quantity }) => [price, quantity]), [["1.9", 10], ["1.8", 10], ["1.7", 10]]);
  assert.equal(1.9 / 0.1 < 19, true); // as dividing the numbers would have it
  const { asks } = shownLevels({ bids: [], asks: [[0.3, 1], [0.7, 1]] }, stepOf(0.1, 1), 10);
  assert.deepEqual(pricesOf(asks), ["0.3", "0.7"]);
});

test("only the last group may have levels that nobody has told of, and a level that isn't gathered has none", () => {
  assert.deepEqual(gatheredBy(0.01, 10).asks.map(({ hasMore }) => hasMore), [false, false, true]);
  assert.deepEqual(gatheredBy(0.01, 10, BOOK, 2).asks.map(({ hasMore }) => hasMore), [false, false]);
  assert.deepEqual(shownLevels(BOOK, null, 10).asks.some(({ hasMore }) => hasMore), false);
});

test("without a step it shows the levels as they are, so many of a side, exactly added up", () => {
  const { bids, asks, most } = shownLevels({ bids: [[3, 0.1], [2, 0.2], [1, 0.4]], asks: [[4, 0.5]] }, null, 2);
  assert.deepEqual([pricesOf(bids), bids[1].gathered], [["3", "2"], 0.3]);
  assert.deepEqual([pricesOf(asks), most], [["4"], 0.5]);
});

test("its imbalance is what is bid of all that is shown", () => {
  assert.equal(shownLevels(BOOK, null, 2).imbalance, 3 / 7);
  assert.equal(shownLevels(BOOK, null, 10).imbalance, 10 / 17.25);
  assert.deepEqual([imbalanceOf(1, 0), imbalanceOf(0, 1), imbalanceOf(0, 0)], [1, 0, NaN]);
});

test("it leaves out a level that is no number, and shows nothing of an empty book", () => {
  assert.deepEqual(pricesOf(shownLevels({ bids: [[NaN, 1], [2, NaN], [1, 1]], asks: [] }, null, 10).bids), ["1"]);
  assert.deepEqual(shownLevels({ bids: [], asks: [] }, stepOf(0.01, 5), 10), { bids: [], asks: [], most: 0, imbalance: NaN });
});
