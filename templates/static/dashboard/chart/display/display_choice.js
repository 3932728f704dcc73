/** How the reader wants prices drawn: the chart's type and its scale; kept in the browser. Pure but for the keeping. */
import { jsonOf } from "../../../shared/json.js";
import { storageOfBrowser } from "../../../shared/session/session_store.js";

const KEY = "tidewire.chart";

/** @typedef {"candles" | "bars" | "line" | "area" | "heikin-ashi"} ChartType */
/** @typedef {"linear" | "logarithmic" | "percent"} Scale */
/** @typedef {{type: ChartType, scale: Scale}} Display */

/** @type {Record<ChartType, string>} in words */
export const CHART_TYPES = { candles: "Candles", bars: "Bars", line: "Line", area: "Area", "heikin-ashi": "Heikin-Ashi" };
/** @type {Record<Scale, string>} in words */
export const SCALES = { linear: "Linear", logarithmic: "Logarithmic", percent: "Per cent" };

/**
 * Read a choice as it was kept; what doesn't fit any more, or never did, is as at the beginning.
 *
 * @param {string | null} text
 * @returns {Display}
 */
export function displayOf(text) {
  const { type, scale } = jsonOf(text) ?? {};
  return {
    type: Object.hasOwn(CHART_TYPES, type) ? type : "candles",
    scale: Object.hasOwn(SCALES, scale) ? scale : "linear",
  };
}

/** @returns {Display} */
export function readDisplay() {
  return displayOf(storageOfBrowser().getItem(KEY));
}

/** @param {Display} display */
export function keepDisplay(display) {
  storageOfBrowser().setItem(KEY, JSON.stringify(display));
}
