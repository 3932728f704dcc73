/** Which indicators the reader has chosen, with their parameters; kept in the browser. */
import { storageOfBrowser } from "../../shared/session/session_store.js";
import { CATALOGUE } from "./indicator_catalogue.js";

const KEY = "tidewire.indicators";

/** @typedef {import("./indicator_catalogue.js").Entry} Entry */
/** @typedef {import("./indicator_catalogue.js").Parameter} Parameter */
/** @typedef {{entry: Entry, on: boolean, parameters: Record<string, number>}} Chosen */

/**
 * Read a choice as it was kept; what doesn't fit any more, or never did, is as at the beginning.
 *
 * @param {string | null} text
 * @returns {Chosen[]} one of each entry of the catalogue, in its order
 */
export function choiceOf(text) {
  const kept = parsed(text);
  return CATALOGUE.map((entry) => {
    const { on = entry.initially, parameters } = kept?.[entry.key] ?? {};
    const valueOf = (/** @type {Parameter} */ parameter) => fitting(parameter, parameters?.[parameter.name]);
    const values = entry.parameters.map((parameter) => [parameter.name, valueOf(parameter)]);
    return { entry, on: on === true, parameters: Object.fromEntries(values) };
  });
}

/**
 * @param {Parameter} parameter
 * @param {unknown} value
 * @returns {number} the value where it is a whole number within the parameter's bounds, else the initial one
 */
export function fitting({ initial, least, most }, value) {
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= most ? value : initial;
}

/** @param {Chosen[]} choice @returns {string} for `choiceOf` */
export function textOf(choice) {
  return JSON.stringify(Object.fromEntries(choice.map(({ entry, on, parameters }) => [entry.key, { on, parameters }])));
}

/** @returns {Chosen[]} */
export function readChoice() {
  return choiceOf(storageOfBrowser().getItem(KEY));
}

/** @param {Chosen[]} choice */
export function keepChoice(choice) {
  storageOfBrowser().setItem(KEY, textOf(choice));
}

/** @param {string | null} text @returns {Partial<Record<string, any>> | null} */
function parsed(text) {
  try {
    return JSON.parse(text ?? "{}");
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
