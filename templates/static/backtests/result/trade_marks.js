/** A run's trades as marks on its candles. Pure. */
import { candleAt } from "../../shared/chart/candle_at.js";
import { secondsOf } from "../../shared/chart/chart_time.js";
import { msOf } from "../../shared/moments.js";

/** @typedef {import("../../../types/backtests.js").Trade} Trade */
/** @typedef {import("../../shared/market_data/rest.js").Candle} Candle */
/** @typedef {import("lightweight-charts").SeriesMarker<import("lightweight-charts").Time>} Mark */

const MOST_NAMED = 60;

/**
 * @param {Trade[]} trades
 * @param {Candle[]} candles oldest first
 * @param {Record<string, string>} colours with `up`, `down` and `accent`
 * @param {number | null} chosen number of the trade that the reader looks at
 * @returns {Mark[]} by time; a fill outside of the candles has none
 */
export function marksOf(trades, candles, colours, chosen) {
  if (!candles.length) return [];
  const isNamed = trades.length <= MOST_NAMED;
  const marks = trades.flatMap((trade) => {
    const name = isNamed || trade.number === chosen ? String(trade.number) : "";
    const size = trade.number === chosen ? 2 : 1;
    return sidesOf(trade).map(({ time, isBuy, word }) => {
      const candle = candleAt(candles, time);
      if (!candle) return null;
      const colour = trade.number === chosen ? colours.accent : colours[isBuy ? "up" : "down"];
      return mark(candle.time, { isBuy, colour, size, text: name && `${word} ${name}` });
    });
  });
  return marks.filter((each) => each !== null).sort((one, other) => Number(one.time) - Number(other.time));
}

/** @param {Trade} trade @returns {{time: number, isBuy: boolean, word: string}[]} its entry and its exit */
function sidesOf({ side, opened, closed }) {
  const isLong = side === "long" || side === "buy";
  const sides = [{ time: msOf(opened), isBuy: isLong }, { time: msOf(closed), isBuy: !isLong }];
  return sides.map((each) => ({ ...each, word: each.isBuy ? "Buy" : "Sell" }));
}

/** @param {number} time @param {{isBuy: boolean, colour: string, size: number, text: string}} looks @returns {Mark} */
function mark(time, { isBuy, colour, size, text }) {
  return {
    ...{ time: secondsOf(time), color: colour, size, text },
    ...{ position: isBuy ? "belowBar" : "aboveBar", shape: isBuy ? "arrowUp" : "arrowDown" },
  };
}

/**
 * @param {Trade} trade
 * @returns {{time: number, price: number}[]} from its entry to its exit, as a line has them
 */
export function pathOf({ opened, closed, entry, exit }) {
  return [{ time: msOf(opened), price: entry }, { time: msOf(closed), price: exit }];
}
