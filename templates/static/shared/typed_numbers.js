/** Numbers between a form's fields, which are texts, and the server, exact both ways; and what was left empty. Pure. */

const MOST_DIGITS = 15;

/** Thousands, grouped by one of the two, or by both before a point: in `0,005`, `1.250,000` and `1 250,000` the comma is a decimal one. */
const GROUPED = /^[-+]?[1-9]\d{0,2}(?:(?:,\d{3})+|(?:\s\d{3})+|(?:[\s,]\d{3})+(?=\.))(?:\.\d*)?$/;

/** What is a number with a sign, without a digit before its point, or without one behind it. */
const PLAIN = /^([-+]?)(?=\.?\d)(\d*)(\.\d*)?$/;

/**
 * @param {string} text
 * @returns {string} with the spaces and the commas left out by which people group thousands, without a plus, and with digits
 *   on both sides of a point; any other comma stays, for the server to refuse: whoever typed it means another number than
 *   the digits without it
 */
export function numberGiven(text) {
  const typed = text.trim();
  const written = GROUPED.test(typed) ? typed.replace(/[\s,]/g, "") : typed;
  const [, sign, whole, fraction = ""] = PLAIN.exec(written) ?? [];
  return sign === undefined ? written : `${sign === "-" ? "-" : ""}${whole || "0"}${fraction === "." ? "" : fraction}`;
}

/** @param {unknown} value a number of the server's in plain notation, which JavaScript would write `1e-7` */
export function text(value) {
  if (value === null || value === undefined) return "";
  const written = String(value);
  return /^-?[\d.]+e[-+]?\d+$/i.test(written) ? Number(value).toFixed(12).replace(/\.?0+$/, "") : written;
}

/**
 * @param {string} typed
 * @returns {string | number} a number where JavaScript has it exactly, else the text
 */
export function exactNumber(typed) {
  const written = numberGiven(typed);
  const isPlain = /^-?\d{1,15}(\.\d{1,15})?$/.test(written) && written.replace(/[-.]/g, "").length <= MOST_DIGITS;
  return isPlain ? Number(written) : written;
}

/** @param {unknown} given to the server, a number or its text @returns {number | null} how much it is, for what is shown; null: it is no number */
export function numberShown(given) {
  const number = typeof given === "string" && given.trim() ? Number(given) : given;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}

/**
 * @param {string} typed in per cent
 * @returns {string} as a fraction, digit for digit; what is no plain number is told to be per cent, so that the server
 *   refuses it: it would take `1e-1` for a fraction
 */
export function fractionGiven(typed) {
  const written = numberGiven(typed);
  const [, sign, whole, fraction = ""] = /^(-?)(\d{1,30})(?:\.(\d{1,30}))?$/.exec(written) ?? [];
  if (whole === undefined) return written && `${written} %`;
  const digits = whole.padStart(3, "0");
  return withoutZeros(`${sign}${digits.slice(0, -2)}.${digits.slice(-2)}${fraction}`);
}

/** @param {number | string} fraction of one @returns {string} in per cent, digit for digit */
export function percentText(fraction) {
  const [whole, decimals = ""] = text(fraction).split(".");
  const shifted = decimals.padEnd(2, "0");
  return withoutZeros(`${whole}${shifted.slice(0, 2)}.${shifted.slice(2)}`);
}

/** @param {string} written with a point */
function withoutZeros(written) {
  const [whole, decimals] = written.split(".");
  let end = decimals.length;
  while (end && decimals[end - 1] === "0") end -= 1;
  const shown = whole.replace(/^(-?)0{1,60}(?=\d)/, "$1");
  return end ? `${shown}.${decimals.slice(0, end)}` : shown;
}

/**
 * @template {object} Given
 * @param {Given} given
 * @returns {Partial<Given>} without what was left empty in the form
 */
export function withoutEmpty(given) {
  const filled = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ""));
  return /** @type {Partial<Given>} */ (filled);
}
