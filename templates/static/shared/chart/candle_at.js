/** Which candle a moment falls into. Pure. */

/** @typedef {import("../market_data/rest.js").Candle} Candle */

/**
 * @param {Candle[]} candles oldest first
 * @param {number} time
 * @returns {Candle | undefined} the one within which it is, found by halving
 */
export function candleAt(candles, time) {
  let [low, high] = [0, candles.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (candles[middle].time <= time) low = middle + 1;
    else high = middle;
  }
  const isPast = low > 0 && low === candles.length && time > lastMoment(candles);
  return isPast ? undefined : candles[low - 1];
}

/** @param {Candle[]} candles @returns {number} until when the last of them lasts, as long as the one before it did */
function lastMoment(candles) {
  const [former, last] = [candles.at(-2), candles[candles.length - 1]];
  return last.time + (former ? last.time - former.time : 0);
}
