/** What the parameters of indicators are called. Pure. */

/** @typedef {import("./declared_indicators.js").DeclaredParameter} DeclaredParameter */
/** @typedef {DeclaredParameter & {label: string}} Parameter */

/** @type {Record<string, string>} */
const LABELS = { period: "Period", deviations: "Deviations", fast: "Fast", slow: "Slow", signal: "Signal", k: "%K", slowing: "Slowing", d: "%D" };

/** @param {DeclaredParameter} parameter @returns {Parameter} */
export function labelled(parameter) {
  return { ...parameter, label: LABELS[parameter.name] };
}
