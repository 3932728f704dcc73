import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import "../../page_in_node.js";
import { settled } from "../../settled.js";

globalThis.MutationObserver = document.defaultView.MutationObserver;
const { watchPriceDoubt } = await import("../../../../templates/static/dashboard/market_data/price_doubt.js");
const { LivePrice } = await import("../../../../templates/static/dashboard/chart/live_price.js");
const { ChartLevels } = await import("../../../../templates/static/shared/chart/chart_levels.js");

const HEIGHT = 400;
/** The chart library's: where prices are on the screen, which lines are drawn, and what is told of each drawing. */
let places = new Map();
let lines = [];
let redraw = () => undefined;
const series = /** @type {any} */ ({
  attachPrimitive: (primitive) => (redraw = () => primitive.updateAllViews()),
  priceToCoordinate: (price) => places.get(price) ?? null,
  createPriceLine: (options) => {
    lines.push(options.price);
    return { applyOptions: ({ price }) => (lines = [price]) };
  },
  removePriceLine: () => (lines = []),
});
const chart = /** @type {any} */ ({ priceScale: () => ({ width: () => 64 }), panes: () => [{ getHeight: () => HEIGHT }] });
const levels = new ChartLevels(chart, series, /** @type {any} */ ({ LineStyle: {} }));
const price = new LivePrice(levels);
const label = document.getElementById("price-beyond");

const candleOf = (open, close) => /** @type {any} */ ({ open, close });
const said = () => [label.hidden, label.textContent, label.dataset.side, label.dataset.direction, label.style.top];

beforeEach(() => {
  places = new Map([[100, HEIGHT / 2], [900, -5_000], [1_234.5, -1], [1, HEIGHT + 1]]);
  price.show(undefined, 0.01);
});

test("where its line is in sight, it has no other label", () => {
  price.show(candleOf(90, 100), 0.01);
  redraw();
  assert.deepEqual([label.hidden, lines], [true, [100]]);
});

test("beyond an edge its label stands there, with the way to it, and whether it rises", () => {
  price.show(candleOf(1_000, 1_234.5), 0.01);
  redraw();
  assert.deepEqual(said(), [false, "▲ 1,234.50", "above", "up", "0px"]);
  price.show(candleOf(2, 1), 0.01);
  redraw();
  assert.deepEqual(said(), [false, "▼ 1.00", "below", "down", `${HEIGHT}px`]);
  assert.equal(label.style.minWidth, "64px");
});

test("it goes once the price has come back, or there is none any more", () => {
  for (const next of [candleOf(90, 100), undefined]) {
    price.show(candleOf(800, 900), 0.01);
    redraw();
    assert.equal(label.hidden, false);
    price.show(next, 0.01);
    redraw();
    assert.equal(label.hidden, true);
  }
});

test("its line and its label at the scale turn grey once the price may be old, though no candle comes, and back", async () => {
  const drawn = [];
  const told = { onRedraw: () => undefined, show: (shown) => drawn.push(shown.map(({ price: at, colour }) => [at, colour])) };
  const { dataset } = document.body;
  Object.assign(dataset, { connection: "live", feed: "", prices: "new" });
  watchPriceDoubt();
  new LivePrice(/** @type {any} */ (told)).show(candleOf(8, 7), 0.01);
  dataset.feed = "offline";
  await settled();
  dataset.feed = "";
  await settled();
  assert.deepEqual(drawn, [[[7, "down"]], [[7, "muted"]], [[7, "down"]]]);
});
