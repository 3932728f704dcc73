/** Figures as operators read them. Pure. */
import { NOTHING, formatNumber } from "../shared/format.js";

export { formatBytes as bytes, formatDuration as duration } from "../shared/format.js";

/** @param {number | null | undefined} value a count, with its thousands apart */
export function count(value) {
  return formatNumber(value, 0);
}

/** @param {number | null | undefined} value */
export function rate(value) {
  return formatNumber(value, 1);
}

/** @param {number | null | undefined} milliseconds none: nothing was measured */
export function milliseconds(milliseconds) {
  if (typeof milliseconds !== "number" || !Number.isFinite(milliseconds)) return NOTHING;
  return `${formatNumber(milliseconds, milliseconds < 10 ? 1 : 0)} ms`;
}

/**
 * What a worker's lease says, or the presence of one that needs no lease; that has no number.
 *
 * @param {import("../../types/reports.js").WorkerReport} worker
 * @returns {string}
 */
export function leaseInWords({ holder, alive, epoch, valid_ms: valid }) {
  const number = epoch === null ? "" : `number ${count(epoch)}, `;
  if (!holder) return `${number}free: no process does this work`;
  if (valid === null) return alive ? "none read; the worker is heard" : "none read";
  return alive ? `${number}good for ${rate(valid / 1000)} s more` : `${number}expired ${rate(-valid / 1000)} s before`;
}
