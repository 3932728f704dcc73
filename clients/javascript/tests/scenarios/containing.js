/** What it means in a scenario that one value is contained in another. */
import { isDeepStrictEqual } from "node:util";

/**
 * @param {any} value
 * @param {any} expected an object: at least its fields are there, and contain its values; a list: as many items, which
 *   contain its own; anything else: equal
 */
export function contains(value, expected) {
  if (Array.isArray(expected)) {
    return Array.isArray(value) && value.length === expected.length && expected.every((part, index) => contains(value[index], part));
  }
  if (!isObject(expected)) return isDeepStrictEqual(value, expected);
  return isObject(value) && Object.entries(expected).every(([name, part]) => contains(value[name], part));
}

/**
 * @param {any[]} values
 * @param {any[]} expected are contained in these in this order, perhaps with others between
 */
export function containsInOrder(values, expected) {
  let found = 0;
  for (const value of values) {
    if (found < expected.length && contains(value, expected[found])) found += 1;
  }
  return found === expected.length;
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
