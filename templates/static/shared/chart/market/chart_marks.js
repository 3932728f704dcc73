/** What was bought and sold, and what a strategy advised, as marks on the candles. Pure. */
import { msOf } from "../../moments.js";
import { secondsOf } from "../chart_time.js";

/** @typedef {import("../../../../types/instances.js").InstanceFill} InstanceFill */
/** @typedef {import("lightweight-charts").SeriesMarker<import("lightweight-charts").Time>} Mark */

/**
 * @param {InstanceFill[]} fills
 * @param {(time: number) => number | undefined} candleOf when the candle opened within which a moment is; none: not there
 * @param {Record<string, string>} colours with `up` and `down`
 * @returns {Mark[]} in order of time; those of a candle at one price and side are one
 */
export function fillMarks(fills, candleOf, colours) {
  /** @type {Map<string, Mark>} */
  const marks = new Map();
  for (const { time, side, price } of fills) {
    const opened = candleOf(time);
    if (opened !== undefined) marks.set(`${opened} ${side} ${price}`, markOf(opened, side === "buy", price, colours));
  }
  return inOrder(marks);
}

/** @param {number} time @param {boolean} isBuy @param {number} price @param {Record<string, string>} colours @returns {Mark} */
function markOf(time, isBuy, price, colours) {
  return {
    ...{ time: secondsOf(time), price, color: colours[isBuy ? "up" : "down"], size: 1 },
    ...{ position: isBuy ? "atPriceBottom" : "atPriceTop", shape: isBuy ? "arrowUp" : "arrowDown" },
  };
}

const SIGNALS = /** @type {const} */ ({
  buy: { colour: "up", position: "belowBar", text: "B" },
  sell: { colour: "down", position: "aboveBar", text: "S" },
});

/**
 * @param {import("../../../../types/instances.js").Signal[]} signals
 * @param {(time: number) => number | undefined} candleOf when the candle opened within which a moment is; none: not there
 * @param {Record<string, string>} colours with `up` and `down`
 * @returns {Mark[]} in order of time, beside their candles; advice to hold has none, and that of a candle to one side is one
 */
export function signalMarks(signals, candleOf, colours) {
  /** @type {Map<string, Mark>} */
  const marks = new Map();
  for (const { action, timestamp } of signals) {
    const opened = candleOf(msOf(timestamp) - 1); // it is given as its candle closes, when the next one opens
    if (action === "hold" || opened === undefined) continue;
    const { colour, position, text } = SIGNALS[action];
    marks.set(`${opened} ${action}`, { time: secondsOf(opened), color: colours[colour], shape: "circle", size: 0.6, position, text });
  }
  return inOrder(marks);
}

/** @param {Map<string, Mark>} marks */
function inOrder(marks) {
  return [...marks.values()].sort((one, other) => Number(one.time) - Number(other.time));
}
