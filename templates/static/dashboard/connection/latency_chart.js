/** Draws the round trips of the last minutes: a line, missed pongs and disconnections marked in it. */
import { byId } from "../../shared/elements.js";
import { setText } from "../../shared/painting.js";
import { latencyShapes, latencyText } from "./latency_history.js";

/** @typedef {{width: number, height: number}} Size px */

const SVG = "http://www.w3.org/2000/svg";
const MINUTE = 60_000;
const LABEL_WIDTH = 58;
const TOP = 8;
const BOTTOM = 6;

export class LatencyChart {
  #container = byId("latency-chart");
  #span = byId("latency-span");
  #svg = svgElement("svg", { "aria-hidden": "true" });

  constructor() {
    this.#container.append(this.#svg);
  }

  /**
   * @param {import("./latency_history.js").LatencyHistory} history
   * @param {number} now
   */
  draw(history, now) {
    const size = { width: this.#container.clientWidth - LABEL_WIDTH, height: this.#container.clientHeight - TOP - BOTTOM };
    if (size.width <= 0 || size.height <= 0) return;
    const samples = history.samples(now);
    const extent = history.extent(now);
    this.#svg.setAttribute("viewBox", `0 ${-TOP} ${size.width + LABEL_WIDTH} ${size.height + TOP + BOTTOM}`);
    this.#svg.replaceChildren(...scale(extent, size), ...shapes(latencyShapes(samples, extent, size), size));
    setText(this.#span, `(last ${Math.round((extent.end - extent.start) / MINUTE)} min)`);
    this.#describe(samples);
  }

  /**
   * For a screen reader that comes here; nothing is announced.
   *
   * @param {import("./latency_history.js").Sample[]} samples
   */
  #describe(samples) {
    const last = samples.findLast(({ kind }) => kind === "answered");
    const missed = samples.filter(({ kind }) => kind === "missed").length;
    const words = last ? `last ${latencyText(last.milliseconds)}, ${missed} pongs missed` : "nothing measured yet";
    this.#container.setAttribute("aria-label", `Latency: ${words}`);
  }
}

/** Three levels: none, half, all. @param {{ceiling: number}} extent @param {Size} size */
function scale({ ceiling }, { width, height }) {
  return [0, 0.5, 1].flatMap((share) => {
    const y = height * (1 - share);
    const label = svgElement("text", { x: width + 8, y: y + 4, class: "latency-label" });
    label.textContent = `${ceiling * share} ms`;
    return [svgElement("line", { x1: 0, x2: width, y1: y, y2: y, class: "latency-level" }), label];
  });
}

/** @param {ReturnType<typeof latencyShapes>} shapes @param {Size} size */
function shapes({ lines, marks, last }, { height }) {
  return [
    ...marks.map(({ kind, x }) => svgElement("line", { x1: x, x2: x, y1: 0, y2: height, class: `latency-${kind}` })),
    ...lines.map((points) => svgElement("polyline", { points, class: "latency-line" })),
    ...(last ? [svgElement("circle", { cx: last.x, cy: last.y, r: 3, class: "latency-last" })] : []),
  ];
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 */
function svgElement(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}
