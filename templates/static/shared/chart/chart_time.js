/** Times as the chart library takes them. Pure. */

/** @param {number} time ms since the epoch @returns {import("lightweight-charts").UTCTimestamp} seconds */
export function secondsOf(time) {
  return /** @type {import("lightweight-charts").UTCTimestamp} */ (time / 1000);
}
