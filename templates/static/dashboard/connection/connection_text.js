/** The connection's figures as the page shows them. Pure. */
import { NOTHING, formatNumber } from "../../shared/format.js";

/** @param {number | null | undefined} value ms */
export function millisecondsInWords(value) {
  if (value === null || value === undefined) return NOTHING;
  return value < 1 ? "< 1 ms" : `${formatNumber(value, value < 10 ? 1 : 0)} ms`;
}

/** @param {string} word such as `excellent` */
export function capitalized(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
