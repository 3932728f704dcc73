/**
 * Where times lie on the chart, whose axis has a place for each candle, 0 for the first: between two candles a time lies by
 * its share of what is between them, before the first and behind the last one by the length of a candle. Pure.
 */

/** @typedef {{candles: {time: number}[], length: number}} Axis `candles` oldest first, their opening in ms; `length` of one, ms */

/**
 * @param {Axis} axis
 * @param {number} time ms
 * @returns {number} not a number where there are no candles
 */
export function placeOf({ candles, length }, time) {
  const last = candles.length - 1;
  if (last < 0) return NaN;
  if (time <= candles[0].time) return (time - candles[0].time) / length;
  if (time >= candles[last].time) return last + (time - candles[last].time) / length;
  const index = indexBefore(candles, time);
  return index + (time - candles[index].time) / (candles[index + 1].time - candles[index].time);
}

/**
 * @param {Axis} axis
 * @param {number} place
 * @returns {number} the time there, ms
 */
export function timeOf({ candles, length }, place) {
  const last = candles.length - 1;
  if (last < 0) return NaN;
  if (place <= 0) return candles[0].time + place * length;
  if (place >= last) return candles[last].time + (place - last) * length;
  const index = Math.floor(place);
  return candles[index].time + (place - index) * (candles[index + 1].time - candles[index].time);
}

/** @param {{time: number}[]} candles @param {number} time within them @returns {number} of the newest that isn't later */
function indexBefore(candles, time) {
  let [low, high] = [0, candles.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (candles[middle].time <= time) low = middle;
    else high = middle;
  }
  return low;
}
