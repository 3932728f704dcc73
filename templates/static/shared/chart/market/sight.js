/** Which prices the scale has in sight. Pure. */

/** Lines that are farther off, as while a price is being typed, leave the candles their room. */
const FARTHEST = 2;

/**
 * @param {import("lightweight-charts").AutoscaleInfo | null} own of the candles
 * @param {number[]} prices of the lines
 * @returns {import("lightweight-charts").AutoscaleInfo | null} the candles and the lines
 */
export function withLinesInSight(own, prices) {
  if (!own?.priceRange) return own;
  const { minValue, maxValue } = own.priceRange;
  const near = prices.filter((price) => price >= minValue / FARTHEST && price <= maxValue * FARTHEST);
  return { ...own, priceRange: { minValue: Math.min(minValue, ...near), maxValue: Math.max(maxValue, ...near) } };
}
