/** Numbers between a form's fields, which are texts, and the server, exact both ways. Pure. */

const MOST_DIGITS = 15;

/** @param {string} text @returns {string} with the spaces and the commas left out by which people group digits */
export function numberGiven(text) {
  return text.trim().replace(/(?<=\d)[\s,](?=\d{3}(\D|$))/g, "");
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

/** @param {string} typed in per cent @returns {string} as a part of one, digit for digit; what is no number as it is */
export function fractionGiven(typed) {
  const written = numberGiven(typed);
  const [, sign, whole, fraction = ""] = /^(-?)(\d{1,30})(?:\.(\d{1,30}))?$/.exec(written) ?? [];
  if (whole === undefined) return written;
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
