/** Decimal numbers of any length, for money: nothing is rounded but where it is asked for. Pure. */
import { text } from "./typed_numbers.js";

const MOST_DIGITS = 60;
const PLAIN = /^(-?)(\d{1,60})(?:\.(\d{0,60}))?$/;

export class ExactDecimal {
  /** @type {bigint} */
  #units;
  /** @type {number} */
  #decimals;

  /**
   * @param {bigint} units of 10 to the power of minus `decimals`
   * @param {number} [decimals] 0 or more
   */
  constructor(units, decimals = 0) {
    this.#units = units;
    this.#decimals = decimals;
  }

  /** @param {unknown} value a number, or its text in plain notation @returns {ExactDecimal | null} null: it is no number */
  static of(value) {
    const [, sign, whole, fraction = ""] = PLAIN.exec(text(value)) ?? [];
    if (whole === undefined || whole.length + fraction.length > MOST_DIGITS) return null;
    return new ExactDecimal(BigInt(`${sign}${whole}${fraction}`), fraction.length);
  }

  /** @param {ExactDecimal} other */
  plus(other) {
    const decimals = Math.max(this.#decimals, other.#decimals);
    return new ExactDecimal(this.#scaled(decimals) + other.#scaled(decimals), decimals);
  }

  /** @param {ExactDecimal} other */
  minus(other) {
    return this.plus(new ExactDecimal(-other.#units, other.#decimals));
  }

  /** @param {ExactDecimal} other */
  times(other) {
    return new ExactDecimal(this.#units * other.#units, this.#decimals + other.#decimals);
  }

  /**
   * @param {ExactDecimal} other greater than 0
   * @param {ExactDecimal} step greater than 0
   * @returns {ExactDecimal} the greatest multiple of the step that is no greater than the quotient
   */
  dividedDownTo(other, step) {
    const divisor = other.times(step);
    const decimals = Math.max(this.#decimals, divisor.#decimals);
    const steps = floorOf(this.#scaled(decimals), divisor.#scaled(decimals));
    return new ExactDecimal(steps * step.#units, step.#decimals);
  }

  /** @param {ExactDecimal} step greater than 0 @returns {ExactDecimal} the greatest multiple of it that is no greater */
  downTo(step) {
    return this.dividedDownTo(new ExactDecimal(1n), step);
  }

  /** @param {ExactDecimal} step greater than 0 @returns {ExactDecimal} the least multiple of it that is no less */
  upTo(step) {
    const below = this.downTo(step);
    return below.compare(this) === 0 ? below : below.plus(step);
  }

  /** @param {ExactDecimal} step greater than 0 */
  isMultipleOf(step) {
    return this.downTo(step).compare(this) === 0;
  }

  /** @param {ExactDecimal} other @returns {number} less than 0, 0 or more, as this is less than, equal to or greater than it */
  compare(other) {
    const { units } = this.minus(other);
    if (units === 0n) return 0;
    return units < 0n ? -1 : 1;
  }

  get isPositive() {
    return this.#units > 0n;
  }

  /** In units of its last decimal. */
  get units() {
    return this.#units;
  }

  /** In plain notation, without zeros at the end. */
  toString() {
    const digits = String(this.#units < 0n ? -this.#units : this.#units).padStart(this.#decimals + 1, "0");
    const whole = digits.slice(0, digits.length - this.#decimals);
    const fraction = digits.slice(whole.length).replace(/0{1,200}$/, "");
    return `${this.#units < 0n ? "-" : ""}${whole}${fraction && `.${fraction}`}`;
  }

  /** @param {number} decimals as many as it has, or more */
  #scaled(decimals) {
    return this.#units * 10n ** BigInt(decimals - this.#decimals);
  }
}

export const ZERO = new ExactDecimal(0n);
export const ONE = new ExactDecimal(1n);

/** @param {unknown} value as `ExactDecimal.of` takes it @returns {ExactDecimal} 0 where it is no number */
export function exactOrZero(value) {
  return ExactDecimal.of(value) ?? ZERO;
}

/**
 * @param {ExactDecimal} value
 * @param {number} [least] decimals that are shown at least; what there is more is shown, too
 * @param {number} [most] decimals that are shown at most; the rest is cut off
 * @returns {string} with its thousands apart, such as `97,500.00`
 */
export function formatExact(value, least = 0, most = Infinity) {
  const [whole, fraction = ""] = String(value).replace("-", "").split(".");
  const shown = fraction.slice(0, most).replace(/0{1,60}$/, "").padEnd(least, "0");
  const sign = value.units < 0n && /[1-9]/.test(whole + shown) ? "\u2212" : "";
  return `${sign}${BigInt(whole).toLocaleString("en-GB")}${shown && `.${shown}`}`;
}

/** @param {bigint} dividend @param {bigint} divisor greater than 0 */
function floorOf(dividend, divisor) {
  const quotient = dividend / divisor;
  return dividend < 0n && quotient * divisor !== dividend ? quotient - 1n : quotient;
}
