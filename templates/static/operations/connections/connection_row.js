/** One client's connection as a row of the table, on a phone a card, with what ends it. */
import { formatBytes, formatCount, formatMilliseconds } from "../../shared/format.js";
import { element, setText } from "../../shared/painting.js";
import { showTime } from "../../shared/time_zone/time_element.js";
import { userText } from "./connections_text.js";

/**
 * @typedef {import("./connections_text.js").Connection} Connection
 * @typedef {{label: string, value: (connection: Connection) => string, isNumber?: boolean} | {label: string, moment: (connection: Connection) => number | string}} Column
 */

/** @type {Column[]} */
const COLUMNS = [
  { label: "Address", value: ({ address }) => address },
  { label: "Dialect", value: ({ dialect }) => dialect },
  { label: "Gateway", value: ({ gateway }) => gateway },
  { label: "Since", moment: ({ since }) => since },
  { label: "Subscriptions", value: ({ subscriptions }) => formatCount(subscriptions), isNumber: true },
  { label: "Frames sent", value: ({ sent }) => formatCount(sent), isNumber: true },
  { label: "Waiting", value: ({ waiting_bytes: waiting }) => formatBytes(waiting), isNumber: true },
  { label: "Round trip", value: ({ latency_ms: latency }) => formatMilliseconds(latency), isNumber: true },
];

/**
 * The roles are spelled out because a phone shows each row as a card, which takes the table's own away.
 *
 * @param {Connection} connection
 * @param {(connection: Connection) => void} disconnect asks, and ends it
 * @returns {import("../../shared/keyed_rows.js").Row<Connection>}
 */
export function connectionRow({ id }, disconnect) {
  let shown = /** @type {Connection | null} */ (null);
  const head = element("th", { scope: "row", role: "rowheader" });
  const cells = COLUMNS.map(cellOf);
  const button = element("button", { type: "button", class: "button" }, "Disconnect");
  button.addEventListener("click", () => shown && disconnect(shown));
  const places = cells.map(({ place }) => place);
  const row = element("tr", { role: "row", "data-connection-id": id }, head, ...places, element("td", { role: "cell", class: "act" }, button));
  const show = (/** @type {Connection} */ connection) => {
    shown = connection;
    setText(head, userText(connection));
    button.setAttribute("aria-label", `Disconnect ${userText(connection)}, ${connection.address}`);
    for (const cell of cells) cell.show(connection);
  };
  return { element: row, show };
}

/** @param {Column} column @returns {{place: HTMLElement, show: (connection: Connection) => void}} */
function cellOf(column) {
  const place = element("td", { role: "cell", "data-label": column.label });
  if ("moment" in column) {
    const time = element("time");
    place.append(time);
    return { place, show: (connection) => showTime(time, column.moment(connection)) };
  }
  if (column.isNumber) place.classList.add("number");
  return { place, show: (connection) => setText(place, column.value(connection)) };
}
