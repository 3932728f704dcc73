/** Between the fields of a strategy's parameters, which are texts, and what the server takes. Pure. */
import { numberGiven, text } from "../../shared/typed_numbers.js";

/** @typedef {import("../../../types/backtests.js").ParameterSchema} ParameterSchema */
/** @typedef {string | number | boolean} Value */

const MOST_DIGITS = 15;

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
 * @param {string} typed
 * @returns {string | number} a number where JavaScript has it exactly, else the text
 */
export function exactNumber(typed) {
  const written = numberGiven(typed);
  const isPlain = /^-?\d{1,15}(\.\d{1,15})?$/.test(written) && written.replace(/[-.]/g, "").length <= MOST_DIGITS;
  return isPlain ? Number(written) : written;
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
