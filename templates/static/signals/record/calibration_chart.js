/** A calibration curve: how often what was said came true, drawn beside the diagonal, and told in a table. */
import { formatWhole } from "../../shared/format.js";
import { element } from "../../shared/painting.js";
import { HEIGHT, NUMBER_GAP, WIDTH, drawnPoints, percent, wilsonBounds, xOf, yOf } from "./calibration_points.js";

/** @typedef {import("../../../types/signals.js").CalibrationPoint} CalibrationPoint */

const SVG = "http://www.w3.org/2000/svg";
const TICKS = [0, 0.25, 0.5, 0.75, 1];
const COLUMNS = ["Said", "Came true", "Chance allows", "Of"];

/**
 * @param {HTMLElement} parent which holds nothing else
 * @param {readonly CalibrationPoint[]} points
 * @param {{said: string, came: string, of: string}} words the names of the axes, and of what is counted
 */
export function showCalibration(parent, points, words) {
  parent.hidden = !points.length;
  parent.replaceChildren(...(points.length ? [chartOf(points, words), tableOf(points, words.of)] : []));
}

/** @param {readonly CalibrationPoint[]} points @param {{said: string, came: string, of: string}} words */
function chartOf(points, { said, came, of }) {
  const label = `${came} against ${said.toLowerCase()}: ${points.length} points, as the table tells; on the dashed line what was said came true as often`;
  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "calibration-chart", role: "img", "aria-label": label });
  const drawn = drawnPoints(points);
  svg.append(
    ...TICKS.flatMap(tick),
    shape("line", { class: "diagonal", x1: xOf(0), y1: yOf(0), x2: xOf(1), y2: yOf(1) }),
    shape("polyline", { class: "curve", points: drawn.map(({ x, y }) => `${x},${y}`).join(" ") }),
    ...drawn.flatMap(pointOf),
    words(said, { x: (xOf(0) + xOf(1)) / 2, y: HEIGHT - 6, "text-anchor": "middle" }),
    words(`${came} (number: ${of})`, { x: 4, y: 12 }),
  );
  return svg;
}

/** @param {number} part a fraction */
function tick(part) {
  const percent = `${part * 100}%`;
  return [
    shape("line", { class: "grid", x1: xOf(0), y1: yOf(part), x2: xOf(1), y2: yOf(part) }),
    shape("line", { class: "grid", x1: xOf(part), y1: yOf(0), x2: xOf(part), y2: yOf(1) }),
    words(percent, { x: xOf(0) - 6, y: yOf(part) + 4, "text-anchor": "end" }),
    words(percent, { x: xOf(part), y: yOf(0) + 16, "text-anchor": "middle" }),
  ];
}

/** @param {ReturnType<typeof drawnPoints>[number]} point */
function pointOf({ x, y, radius, low, high, count, isNumbered }) {
  const number = words(formatWhole(count), { class: "count", x: x - radius - NUMBER_GAP, y: y + 4, "text-anchor": "end" });
  return [
    shape("line", { class: "bounds", x1: x, y1: low, x2: x, y2: high }),
    shape("circle", { class: "point", cx: x, cy: y, r: radius }),
    ...(isNumbered ? [number] : []),
  ];
}

/** @param {string} text @param {Record<string, string | number>} attributes */
function words(text, attributes) {
  const node = shape("text", attributes);
  node.textContent = text;
  return node;
}

/** @param {string} name @param {Record<string, string | number>} attributes */
function shape(name, attributes) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  return node;
}

/** @param {readonly CalibrationPoint[]} points @param {string} of what is counted */
function tableOf(points, of) {
  const head = element("tr", {}, ...COLUMNS.map((name) => element("th", { scope: "col", class: "number" }, name)));
  const rows = points.map(({ said, came, count, independent }) => {
    const between = wilsonBounds(came, independent).map(percent).join(" to ");
    const cells = [percent(came), between, formatWhole(count)].map((text) => element("td", { class: "number" }, text));
    return element("tr", {}, element("th", { scope: "row", class: "number" }, percent(said)), ...cells);
  });
  return element("table", {}, element("caption", { class: "visually-hidden" }, `Calibration by ${of}`), element("thead", {}, head), element("tbody", {}, ...rows));
}
