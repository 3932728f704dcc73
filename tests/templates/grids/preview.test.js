import assert from "node:assert/strict";
import { test } from "node:test";
import { linesOfGrid, linesOfPreview } from "../../../templates/static/grids/chart/drawn_lines.js";
import { withLinesInSight } from "../../../templates/static/shared/chart/market/sight.js";
import { plannedLines } from "../../../templates/static/grids/preview/planned_lines.js";
import { isRefused, missingText, netText, previewRows, startSentences } from "../../../templates/static/grids/preview/preview_text.js";
import { gridGiven } from "../../../templates/static/grids/form/grid_given.js";
import { changeEffects } from "../../../templates/static/grids/shown/change_effects.js";
import { MARKET, grid, level, parameters, preview } from "./fixtures.js";

const kinds = (given, trigger) => plannedLines(given, trigger).map(({ kind }) => kind);

test("lines below the price buy, lines above it sell, and the nearest has no order", () => {
  assert.deepEqual(kinds(preview()), ["buy", "buy", "empty", "sell", "sell"]);
  assert.deepEqual(kinds(preview({ price: 93_000 })), ["buy", "empty", "sell", "sell", "sell"], "of two that are equally near the lower one");
  assert.deepEqual(kinds(preview({ price: 120_000 })), ["buy", "buy", "buy", "buy", "empty"]);
});

test("a grid that waits is planned at the price at which it begins", () => {
  assert.deepEqual(kinds(preview(), 90_100), ["empty", "sell", "sell", "sell", "sell"]);
});

test("it draws each line in the colour of what it does, and where the grid begins and ends", () => {
  const lines = linesOfPreview(preview(), { stop_loss: 88_000, trigger_price: 94_500, take_profit: "soon" });
  assert.deepEqual(lines.map(({ price, colour, isFaint }) => [price, colour, isFaint]), [
    ...[[90_000, "up", false], [92_000, "up", false], [94_000, "muted", true], [96_000, "down", false], [98_000, "down", false]],
    ...[[94_500, "accent", false], [88_000, "warning", false]],
  ]);
  const many = preview({ lines: Array.from({ length: 101 }, (_, index) => 90_000 + index) });
  assert.ok(linesOfPreview(many, {}).every(({ isFaint }) => isFaint), "so many names would hide each other");
});

test("of a grid that there is it draws the orders that rest, and faintly the lines without one", () => {
  const levels = [level(0), level(1)];
  const drawn = linesOfGrid(grid({ levels, parameters: parameters({ take_profit: 99_000 }) }), [{ price: 90_000, side: "buy" }, { price: 94_000, side: "sell" }]);
  assert.deepEqual(drawn.map(({ price, colour, isFaint }) => [price, colour, isFaint]), [
    ...[[90_000, "up", false], [94_000, "down", false], [92_000, "muted", true], [99_000, "warning", false]],
  ]);
  assert.deepEqual(linesOfGrid(grid({ levels: [] }), []).map(({ price }) => price), [90_000, 98_000], "its bounds before it begins");
});

test("the scale has lines in sight, but for those that are far off while a price is typed", () => {
  const own = { priceRange: { minValue: 95, maxValue: 105 } };
  assert.deepEqual(withLinesInSight(own, [90, 110, 9, 1_000_000]).priceRange, { minValue: 90, maxValue: 110 });
  assert.deepEqual(withLinesInSight(own, []).priceRange, own.priceRange);
  assert.equal(withLinesInSight(null, [1]), null);
});

test("it tells what a grid would be, with its money split", () => {
  assert.deepEqual(previewRows(preview(), MARKET, null), [
    ...[["Net of a cycle", "1.860% to 2.022%"], ["Order size", "0.0025 BTC"], ["Lines", "2 buys, 2 sells"]],
    ...[["Bought at the start", "0.005 BTC"], ["For buy orders", "455.45 USDT"], ["Unused", "68.60 USDT"], ["At the price", "94,500.00"]],
  ]);
  const coins = { base: "ETH", quote: "BTC", decimals: 5 };
  const small = preview({ capital: { base: 0.5, quote: 0.0125, unused: 0.000004 }, price: 0.03125 });
  assert.deepEqual(previewRows(small, coins, null).slice(4), [["For buy orders", "0.01250000 BTC"], ["Unused", "0.00000400 BTC"], ["At the price", "0.03125"]]);
  assert.deepEqual([netText({ min: 0.91, max: 0.91 }), netText({ min: -0.1, max: 0.2 })], ["0.910%", "−0.100% to 0.200%"]);
});

test("it says what is still to be typed", () => {
  assert.equal(missingText(["lower_price", "upper_price", "grid_count"]), "Type a lower price, an upper price and how many grids, and its lines are drawn on the chart.");
  assert.equal(missingText(["pair"]), "Type a pair, and its lines are drawn on the chart.");
});

test("before a grid is started it says what that will do, in the server's words where it doubts", () => {
  const message = "the price 94500 is above the grid, which buys nothing until the price is between its lines";
  const said = startSentences(preview({ warnings: [{ code: "PRICE_OUTSIDE", field: "upper_price", message }] }), MARKET, { investment: 1000, stop_loss: 88_000 });
  assert.deepEqual(said, [
    "It takes 1,000.00 USDT of your paper account: no real money.",
    "At once it buys 0.005 BTC at the market, then places 2 buy orders and 2 sell orders of 0.0025 BTC each, between 90,000.00 and 98,000.00.",
    "Each buy and sell of a pair of lines earns 1.860% to 2.022% after fees. While the price falls, what it holds loses worth.",
    "It ends, and sells what it holds, when the price falls to 88,000.00.",
    `${message}.`,
  ]);
  const waiting = startSentences(preview({ capital: { base: 0, quote: 900, unused: 0 } }), MARKET, { order_size: 0.0025, trigger_price: 99_000 });
  assert.match(waiting.join(" "), /what 0\.0025 BTC for each line costs.*Once the price has reached 99,000\.00 it places 4 buy orders and 0 sell orders/);
});

test("a price at which a grid waits is told and drawn however it is typed", () => {
  for (const trigger of ["+99,000", "99000.", "9.9e4", "99000.000000000000"]) {
    const given = gridGiven({ trigger_price: trigger, sizing: "investment", size: "1000", stop_loss: "+88000." });
    const said = startSentences(preview(), MARKET, given).join(" ");
    assert.match(said, /Once the price has reached 99,000\.00.*4 buy orders and 0 sell orders.*falls to 88,000\.00/, trigger);
    const ends = linesOfPreview(preview(), given).slice(-2).map(({ key, price }) => [key, price]);
    assert.deepEqual(ends, [["trigger_price", 99_000], ["stop_loss", 88_000]], trigger);
  }
});

test("what is added to a grid's money is told however it is typed", () => {
  const there = grid({ parameters: parameters({ investment: 1_000 }) });
  assert.match(changeEffects(there, { investment: "1500.000000000000000" }, preview(), MARKET).join(" "), /It takes 500\.00 USDT more of your paper account/);
});

test("it knows which doubts the server refuses a start for", () => {
  const refused = (code) => isRefused(preview({ warnings: [{ code, field: "", message: "" }] }));
  assert.deepEqual(["TOO_TIGHT", "MAXIMUM_ORDERS", "UNDER_MINIMUM", "OVER_MAXIMUM", "END_REACHED", "PRICE_OUTSIDE", "UNUSED"].map(refused), [true, true, true, true, true, false, false]);
});
