import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import "../../../page_in_node.js";

const { ComparedLine } = await import("../../../../../templates/static/dashboard/chart/compare/compared_line.js");

const candle = (time) => ({ time, open: 1, high: 1, low: 1, close: 1, volume: 1 });
/** The labels at the scale, by what the chart's library was told last. */
let labels;
let closes;
/** The last one that is known. */
let price;
let line;
/** The chart's. */
let candles;
/** What is drawn of the line, by seconds. @type {Map<number, number>} */
const drawn = new Map();

beforeEach(() => {
  labels = [];
  price = undefined;
  closes = new Map([[0, 40], [60_000, 41]]);
  const createPriceLine = (options) => {
    const label = { ...options, applyOptions: (changed) => Object.assign(label, changed) };
    labels.push(label);
    return label;
  };
  const draw = ({ time, value }) => {
    assert.ok(time >= Math.max(0, ...drawn.keys()), "the chart's library throws where an older one is drawn");
    drawn.set(time, value);
  };
  const series = { setData: (points) => (drawn.clear(), points.forEach(draw)), update: draw, applyOptions: () => undefined, createPriceLine };
  const chart = { addSeries: () => series, removeSeries: () => (labels = []) };
  line = new ComparedLine(/** @type {any} */ (chart), /** @type {any} */ ({}));
  line.paint({ text: "white", panel: "black" });
  candles = [candle(0), candle(60_000)];
  line.show(candles);
  line.start({ name: "ETH/USDT", tickSize: 0.01, closeAt: (time) => closes.get(time), priceNow: () => price });
});

const told = () => labels.map(({ price, axisLabelColor, axisLabelTextColor, lineVisible }) => [price, axisLabelColor, axisLabelTextColor, lineVisible]);

test("a label at the scale tells where it is now, in its colour and without a line", () => {
  assert.deepEqual(told(), [[41, "white", "black", false]]);
  closes.set(60_000, 42);
  line.changed(60_000);
  assert.deepEqual(told(), [[42, "white", "black", false]]);
  line.paint({ text: "ink", panel: "paper" });
  assert.deepEqual(told(), [[42, "ink", "paper", false]]);
});

test("it stays where it was until the newest candle has a close, and goes with the line", () => {
  line.show([candle(0), candle(60_000), candle(120_000)]);
  assert.equal(labels[0].price, 41);
  line.stop();
  assert.deepEqual(labels, []);
});

test("the newest candle tells the price as all of the page does, and one that has closed its close", () => {
  price = 41.5;
  line.moved();
  assert.deepEqual([labels[0].price, line.at(60_000).value, line.at(0).value], [41.5, 41.5, 40]);
  closes.set(60_000, 41.2);
  line.changed(60_000);
  price = 41.7;
  candles.push(candle(120_000));
  line.update(candle(120_000));
  assert.deepEqual([labels[0].price, line.at(60_000).value], [41.7, 41.2]);
  assert.deepEqual([...drawn], [[0, 40], [60, 41.2], [120, 41.7]]);
});

test("a line that is ahead of the candles which the chart is about to draw waits for them, and leaves none out", () => {
  for (const time of [120_000, 180_000]) {
    closes.set(time, time / 1_000);
    candles.push(candle(time));
  }
  line.moved();
  for (const time of [120_000, 180_000]) line.update(candle(time));
  assert.deepEqual([...drawn], [[0, 40], [60, 41], [120, 120], [180, 180]]);
});
