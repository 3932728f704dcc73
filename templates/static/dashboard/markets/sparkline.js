/** A symbol's last day as a line of a few pixels. */

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 64;
const HEIGHT = 22;

/**
 * @param {number[]} closes oldest first
 * @returns {SVGElement} that fills its place, in the colour of the text there
 */
export function sparkline(closes) {
  const svg = document.createElementNS(SVG, "svg");
  const line = document.createElementNS(SVG, "polyline");
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute("class", "sparkline");
  svg.setAttribute("aria-hidden", "true");
  line.setAttribute("points", points(closes));
  svg.append(line);
  return svg;
}

/**
 * The line's corners, a pixel away from the upper and the lower edge. Pure.
 *
 * @param {number[]} values
 */
export function points(values) {
  const lowest = Math.min(...values);
  const range = Math.max(...values) - lowest || 1;
  const step = WIDTH / Math.max(1, values.length - 1);
  const height = (/** @type {number} */ value) => 1 + (HEIGHT - 2) * (1 - (value - lowest) / range);
  return values.map((value, index) => `${(index * step).toFixed(1)},${height(value).toFixed(1)}`).join(" ");
}
