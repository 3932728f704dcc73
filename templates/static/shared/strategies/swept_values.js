/** The values of one parameter that a sweep tries, as a reader types them: `10, 20, 30` or `10 to 50 step 10`; `1,000` is one. Pure. */
import { formatCount } from "../format.js";
import { numberGiven, text } from "../typed_numbers.js";
import { valueGiven } from "./parameter_values.js";

/** @typedef {import("../../../types/backtests.js").ParameterSchema} ParameterSchema */

const MOST_VALUES = 200;
const SPAN = /^(-?\d{1,12}(?:\.\d{1,12})?) to (-?\d{1,12}(?:\.\d{1,12})?)(?: step (\d{1,12}(?:\.\d{1,12})?))?$/;

/**
 * @param {ParameterSchema} parameter
 * @param {string} typed
 * @returns {(string | number | boolean)[]} empty: nothing is typed
 */
export function sweptValues(parameter, typed) {
  const written = typed.trim().toLowerCase();
  const span = SPAN.exec(written);
  const texts = span ? spanTexts(span) : listed(typed);
  return [...new Set(texts)].slice(0, MOST_VALUES + 1).map((each) => valueGiven(parameter, each));
}

/** @param {string} typed @returns {string[]} what commas and semicolons part, but for commas that group thousands */
function listed(typed) {
  const parts = typed.split(/;|,(?=\s)/).flatMap((part) => (numberGiven(part).includes(",") ? part.split(",") : [part]));
  return parts.map((part) => part.trim()).filter(Boolean);
}

/** @param {RegExpExecArray} span @returns {string[]} counted in whole units of the finest digit, so that they stay exact */
function spanTexts([, from, to, step = "1"]) {
  const decimals = Math.max(...[from, to, step].map((each) => (each.split(".")[1] ?? "").length));
  const unit = 10 ** decimals;
  const [first, last, by] = [from, to, step].map((each) => Math.round(Number(each) * unit));
  if (!by || last < first) return [`${from} to ${to} step ${step}`]; // the server says what is wrong with it
  const count = Math.min(Math.floor((last - first) / by), MOST_VALUES) + 1;
  return Array.from({ length: count }, (_, index) => text(Number(((first + index * by) / unit).toFixed(decimals))));
}

/** @param {Record<string, unknown[]>} swept @returns {number} how many runs they are */
export function runCount(swept) {
  return Object.values(swept).reduce((product, values) => product * values.length, 1);
}

/** @param {Record<string, unknown[]>} swept @param {number} mostRuns of one sweep @returns {string} for under the form */
export function countText(swept, mostRuns) {
  if (!Object.keys(swept).length) return "Type several values for at least one parameter, with a space after each comma: 10, 20, 30 or 10 to 50 step 10.";
  const count = runCount(swept);
  const most = count > mostRuns ? ` A sweep has at most ${formatCount(mostRuns)}.` : "";
  return `${formatCount(count)} ${count === 1 ? "run" : "runs"}.${most}`;
}

/** @param {string} typed of a parameter @returns {boolean} whether it names several values */
export function isSwept(typed) {
  return listed(typed).length > 1 || SPAN.test(typed.trim().toLowerCase());
}
