/** The gateways, a row each, with the course of what each sends. */
import { byId } from "../shared/elements.js";
import { formatBytes, formatCount, formatDuration, formatMilliseconds, formatRate } from "../shared/format.js";
import { element, setText } from "../shared/painting.js";
import { KeyedRows } from "../shared/keyed_rows.js";
import { HEIGHT, RateHistory, WIDTH } from "./rate_history.js";

const SVG = "http://www.w3.org/2000/svg";
const LATE_MILLISECONDS = 250;

/**
 * @typedef {import("../../../clients/javascript/events/system.js").GatewayReport} Gateway
 * @typedef {{label: string, value: (gateway: Gateway) => string, isBad?: (gateway: Gateway) => boolean}} Column
 */

/** @type {Column[]} */
const BEFORE_LINE = [
  { label: "Connections", value: ({ connections }) => formatCount(connections) },
  { label: "Subscriptions", value: ({ subscriptions }) => formatCount(subscriptions) },
  { label: "Frames/s", value: ({ frames_per_second: frames }) => formatRate(frames) },
];
/** @type {Column[]} */
const AFTER_LINE = [
  {
    label: "Loop lag p99",
    value: ({ lag_ms_p99: lag }) => formatMilliseconds(lag),
    isBad: ({ lag_ms_p99: lag }) => lag !== null && lag > LATE_MILLISECONDS,
  },
  { label: "Conflated", value: ({ conflated }) => formatCount(conflated) },
  { label: "Waiting", value: ({ waiting_bytes: waiting }) => formatBytes(waiting) },
  { label: "Slow closed", value: ({ slow_closed: closed }) => formatCount(closed) },
  { label: "Uptime", value: ({ uptime }) => formatDuration(uptime) },
];

export class GatewayTable {
  #rows = new KeyedRows(byId("gateway-rows", "tbody"), ({ id }) => id, gatewayRow);

  /** @param {{gateways: Gateway[]}} report */
  show({ gateways }) {
    this.#rows.show(gateways);
  }

  clear() {
    this.#rows.show([]);
  }
}

/**
 * The roles are spelled out because a phone shows each row as a card, which takes the table's own away.
 *
 * @param {Gateway} gateway
 * @returns {import("../shared/keyed_rows.js").Row<Gateway>}
 */
function gatewayRow({ id }) {
  const history = new RateHistory();
  const line = document.createElementNS(SVG, "polyline");
  const cells = [...BEFORE_LINE, ...AFTER_LINE].map((column) => ({ ...column, place: cell(column.label) }));
  const places = cells.map(({ place }) => place);
  places.splice(BEFORE_LINE.length, 0, element("td", { role: "cell", class: "line" }, chart(line)));
  const head = element("th", { scope: "row", role: "rowheader" }, id);
  const show = (/** @type {Gateway} */ gateway) => {
    history.add(gateway.frames_per_second);
    line.setAttribute("points", history.points);
    for (const { place, value, isBad } of cells) {
      setText(place, value(gateway));
      place.classList.toggle("bad", Boolean(isBad?.(gateway)));
    }
  };
  return { element: element("tr", { role: "row", "data-gateway": id }, head, ...places), show };
}

/** @param {string} label */
function cell(label) {
  return element("td", { role: "cell", class: "number", "data-label": label });
}

/** @param {SVGElement} line */
function chart(line) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute("class", "rate-line");
  svg.setAttribute("aria-hidden", "true");
  svg.append(line);
  return svg;
}
