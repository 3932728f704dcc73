/** Numbers as people read them. */

const PERCENT = new Intl.NumberFormat("en", { style: "percent", minimumFractionDigits: 2, signDisplay: "exceptZero" });
const AMOUNT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 2 });
const SIGNIFICANT_DIGITS = 7;

/** @param {number | null} value with a fixed number of digits, so that columns don't jump; null where it isn't known */
export function price(value) {
  if (value === null) return "–";
  const whole = Math.max(1, Math.ceil(Math.log10(Math.abs(value) + 1)));
  const digits = Math.max(2, SIGNIFICANT_DIGITS - whole);
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** @param {number | null} value in per cent; null where it isn't known */
export function percent(value) {
  return value === null ? "–" : PERCENT.format(value / 100);
}

/** @param {number | null} value */
export function amount(value) {
  return value === null ? "–" : AMOUNT.format(value);
}
