/** How many candles an indicator must have seen, to be what alerts compute: as `streaming/indicators/running.py` says it. Pure. */

/** @param {Pick<import("./indicator_choice.js").Chosen, "entry" | "parameters">} chosen @returns {number} those that forget: none */
export function candlesNeeded({ entry, parameters }) {
  return entry.memory ? (entry.memory.before(parameters) + 1) * (1 + entry.memory.warmUp) : 0;
}
