/** Which indicators the reader has chosen, several of one kind too, with their parameters and colours; kept in the browser. */
import { jsonOf } from "../../shared/json.js";
import { storageOfBrowser } from "../../shared/session/session_store.js";
import { CATALOGUE } from "./indicator_catalogue.js";

const KEY = "tidewire.indicators";
/** Each costs time with every price, and some a pane. */
export const MOST_CHOSEN = 12;

/** @typedef {import("./indicator_catalogue.js").Entry} Entry */
/** @typedef {import("./indicator_catalogue.js").Parameter} Parameter */
/**
 * @typedef {{id: number, entry: Entry, parameters: Record<string, number>, colours: Record<string, string>}} Chosen `id`: of this
 *   page alone; `colours`: what is painted in place of a colour of the catalogue
 */

/** What lines may be painted in: names of theme.css, which fit both themes, with their words. @type {Record<string, string>} */
export const COLOURS = {
  ...{ "line-1": "Amber", "line-2": "Blue", "line-3": "Violet", "line-4": "Pink", "line-5": "Teal", "line-6": "Orange" },
  ...{ "line-7": "Lime", muted: "Grey" },
};

/** Where the reader has never chosen. */
const AT_FIRST = [
  { key: "sma", parameters: { period: 20 } },
  { key: "ema", parameters: { period: 50 } },
];
let newestId = 0;

/**
 * Read a choice as it was kept; what doesn't fit any more, or never did, is as at the beginning.
 *
 * @param {string | null} text
 * @returns {Chosen[]} in the order in which they were added
 */
export function choiceOf(text) {
  const kept = listOf(jsonOf(text)) ?? AT_FIRST;
  return kept.slice(0, MOST_CHOSEN).flatMap((each) => {
    const entry = CATALOGUE.find(({ key }) => key === each?.key);
    return entry ? [chosenOf(entry, each)] : [];
  });
}

/**
 * @param {Entry} entry
 * @param {Chosen[]} choice that it is added to
 * @returns {Chosen} in a colour that none of them has, where there is one
 */
export function added(entry, choice) {
  const taken = new Set(choice.flatMap((each) => paintedLines(each.entry).map((colour) => colourOf(each, colour))));
  const free = Object.keys(COLOURS).filter((colour) => !taken.has(colour));
  const own = paintedLines(entry).filter((colour) => taken.has(colour));
  return chosenOf(entry, { colours: Object.fromEntries(own.map((colour, index) => [colour, free[index]])) });
}

/** @param {Entry} entry @returns {string[]} the colours of the catalogue that a reader may have painted otherwise */
export function paintedLines({ lines }) {
  return [...new Set(lines.filter(({ kind }) => kind !== "histogram").map(({ colour }) => colour))];
}

/** @param {Pick<Chosen, "colours">} chosen @param {string} colour of the catalogue @returns {string} what is painted in its place */
export function colourOf({ colours }, colour) {
  return colours[colour] ?? colour;
}

/**
 * @param {Chosen[]} choice
 * @returns {string[]} what each is called: several of one kind by their parameters, and those that have the same by a number
 */
export function titlesOf(choice) {
  const titles = choice.map((chosen) => (choice.some((each) => each !== chosen && each.entry === chosen.entry) ? exactTitle(chosen) : chosen.entry.title));
  return titles.map((title, place) => {
    const before = titles.slice(0, place).filter((each) => each === title).length;
    return before ? `${title} (${before + 1})` : title;
  });
}

/** @param {Chosen} chosen @returns {string} such as `Bollinger bands 20 2` */
function exactTitle({ entry, parameters }) {
  return [entry.title, ...entry.parameters.map(({ name }) => parameters[name])].join(" ");
}

/**
 * @param {Parameter} parameter
 * @param {unknown} value
 * @returns {number} the value where it is one of the parameter's, else the initial one
 */
export function fitting({ initial, least, most, isWhole }, value) {
  const isFitting = typeof value === "number" && value >= least && value <= most && (!isWhole || Number.isInteger(value));
  return isFitting ? value : initial;
}

/** @param {Chosen[]} choice @returns {string} for `choiceOf` */
export function textOf(choice) {
  return JSON.stringify(choice.map(({ entry: { key }, parameters, colours }) => ({ key, parameters, colours })));
}

/** @returns {Chosen[]} */
export function readChoice() {
  return choiceOf(storageOfBrowser().getItem(KEY));
}

/** @param {Chosen[]} choice */
export function keepChoice(choice) {
  storageOfBrowser().setItem(KEY, textOf(choice));
}

/** @param {Entry} entry @param {{parameters?: Record<string, unknown>, colours?: Record<string, unknown>}} kept @returns {Chosen} */
function chosenOf(entry, { parameters, colours }) {
  newestId += 1;
  const values = entry.parameters.map((parameter) => [parameter.name, fitting(parameter, parameters?.[parameter.name])]);
  const painted = paintedLines(entry).flatMap((colour) => {
    const other = colours?.[colour];
    return typeof other === "string" && Object.hasOwn(COLOURS, other) ? [[colour, other]] : [];
  });
  return { id: newestId, entry, parameters: Object.fromEntries(values), colours: Object.fromEntries(painted) };
}

/** @param {any} kept which was one of each kind once, switched on or off @returns {any[] | null} null: it says nothing */
function listOf(kept) {
  if (Array.isArray(kept)) return kept;
  const switched = Object.entries(kept ?? {}).filter(([, each]) => typeof each?.on === "boolean");
  return switched.length ? switched.flatMap(([key, each]) => (each.on ? [{ ...each, key }] : [])) : null;
}
