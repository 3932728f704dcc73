/** Which symbol a reader means by what is typed: decided here alone. Pure. */

/**
 * Kraken's names have a slash, and the case of letters counts (`AAPLx/USD`): what is a name stays as it is. What differs
 * from one known name alone by case, or by what stands between the assets, is meant for that one.
 *
 * @param {string} typed such as `btc/usdt`
 * @param {Iterable<string>} known as the exchange writes them
 * @returns {string} one of them, or what is typed where none is meant: the server says what is wrong with it
 */
export function symbolGiven(typed, known) {
  const written = typed.trim();
  const names = [...known];
  if (names.includes(written)) return written;
  const alike = names.filter((name) => lettersOf(name) === lettersOf(written));
  return alike.length === 1 ? alike[0] : written;
}

/**
 * @param {string} symbol
 * @param {string} typed a part of its name, in any case, with or without what stands between the assets
 */
export function isNamedBy(symbol, typed) {
  return lettersOf(symbol).includes(lettersOf(typed));
}

/** @param {string} text */
function lettersOf(text) {
  return text.replace(/[-/_\s]/g, "").toUpperCase();
}
