/** The lines of a grid that isn't there yet: which would buy and which sell. Pure. */

/** @typedef {import("../../../types/grids.js").Preview} Preview */
/** @typedef {"buy" | "sell" | "empty"} LineKind */

/**
 * The line nearest to the price has no order at first; of two that are equally near it is the lower one.
 *
 * @param {Pick<Preview, "lines" | "price">} preview
 * @param {number | null} [trigger] at which it would begin; null: now
 * @returns {{price: number, kind: LineKind}[]} lowest first
 */
export function plannedLines({ lines, price }, trigger = null) {
  const begin = trigger ?? price;
  const distances = lines.map((line) => Math.abs(line - begin));
  const empty = distances.indexOf(Math.min(...distances));
  return lines.map((line, index) => ({ price: line, kind: index === empty ? "empty" : index < empty ? "buy" : "sell" }));
}

/** @param {{kind: LineKind}[]} lines @param {LineKind} kind */
export function countOf(lines, kind) {
  return lines.filter((line) => line.kind === kind).length;
}
