/** How many candles an indicator must have seen, to be what alerts compute: as `streaming/indicators/running.py` says it. Pure. */

const MOST_CANDLES = 1_000;
/** After so many periods an average that never forgets has less than a ten-thousandth left of where it began. */
const WARM_UP = 10;

/** @param {Pick<import("./indicator_choice.js").Chosen, "entry" | "parameters">} chosen @returns {number} those that forget: none */
export function candlesNeeded({ entry, parameters }) {
  if (!entry.memory) return 0;
  return Math.min(MOST_CANDLES, (WARM_UP + 1) * entry.memory(parameters) + 1);
}
