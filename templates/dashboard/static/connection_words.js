/** The connection's figures as the page shows them. Pure. */
import { NOTHING, formatNumber } from "./format.js";

const STEPS_OF_BYTES = ["B", "kB", "MB", "GB"];
const SECOND = 1_000;
const UNITS_OF_TIME = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
  [1, "s"],
];

/** @param {number | null | undefined} value ms */
export function millisecondsInWords(value) {
  if (value === null || value === undefined) return NOTHING;
  return value < 1 ? "< 1 ms" : `${formatNumber(value, value < 10 ? 1 : 0)} ms`;
}

/** @param {number} bytes as 12.3 kB, of a thousand each */
export function bytesInWords(bytes) {
  const step = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), STEPS_OF_BYTES.length - 1);
  return `${formatNumber(bytes / 1_000 ** step, step ? 1 : 0)} ${STEPS_OF_BYTES[step]}`;
}

/** @param {number} milliseconds as "2 h 5 min": the two largest units */
export function uptimeInWords(milliseconds) {
  let left = Math.floor(milliseconds / SECOND);
  const words = [];
  for (const [size, unit] of UNITS_OF_TIME) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count || words.length || unit === "s") words.push(`${count} ${unit}`);
  }
  return words.slice(0, 2).join(" ");
}

/** @param {string} word such as `excellent` */
export function capitalized(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
