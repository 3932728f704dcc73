/** Between the fields of a strategy's parameters, which are texts, and what the server takes. Pure. */
import { exactNumber, text } from "../typed_numbers.js";

/** @typedef {import("../../../types/backtests.js").ParameterSchema} ParameterSchema */
/** @typedef {string | number | boolean} Value */

/** @param {ParameterSchema} parameter @returns {string} the text with which its field begins */
export function initialText({ default: value }) {
  return value === null || value === undefined ? "" : text(value);
}

/** @param {ParameterSchema} parameter @returns {string} such as “2 to 500”; empty where anything goes */
export function rangeText({ minimum, maximum }) {
  const [least, most] = [text(minimum), text(maximum)];
  if (least && most) return `${least} to ${most}`;
  if (least) return `from ${least}`;
  return most ? `up to ${most}` : "";
}

/**
 * What is no number the server is to judge, in its own words.
 *
 * @param {ParameterSchema} parameter
 * @param {string} typed
 * @returns {Value}
 */
export function valueGiven({ type, choices }, typed) {
  if (type === "boolean") return typed === "true";
  if (type === "choice") return (choices ?? []).find((choice) => String(choice) === typed) ?? typed;
  return exactNumber(typed);
}

/**
 * @param {ParameterSchema[]} parameters
 * @param {Record<string, string>} typed by name; an empty one is left to its default
 * @returns {Record<string, Value>}
 */
export function paramsGiven(parameters, typed) {
  const filled = parameters.filter(({ name }) => (typed[name] ?? "").trim() !== "");
  return Object.fromEntries(filled.map((parameter) => [parameter.name, valueGiven(parameter, typed[parameter.name])]));
}
