/** The bridges of the markets that are read beside the deployment's own, a row each; hidden where there are none. */
import { byId } from "../shared/elements.js";
import { SERVING, exchangeName } from "../shared/exchange_text.js";
import { formatCount, formatDuration, formatMilliseconds, formatRate } from "../shared/format.js";
import { KeyedRows } from "../shared/keyed_rows.js";
import { element, setText } from "../shared/painting.js";

/** @typedef {import("../../types/reports.js").BridgeReport} Bridge */

/** @type {((bridge: Bridge) => string)[]} */
const COLUMNS = [
  ({ state }) => state,
  ({ state_seconds: seconds }) => formatDuration(seconds),
  ({ lag_ms: lag }) => formatMilliseconds(lag),
  ({ frames_per_second: frames }) => formatRate(frames),
  ({ streams }) => formatCount(streams),
  ({ published }) => formatCount(published),
  ({ reconnects }) => formatCount(reconnects),
  ({ holder }) => holder,
];

export class FurtherBridgeTable {
  #table = byId("further-bridges");
  #rows = new KeyedRows(byId("further-bridge-rows", "tbody"), ({ source }) => source, bridgeRow);

  /** @param {{further_bridges: Bridge[]}} report */
  show({ further_bridges: bridges }) {
    this.#table.hidden = bridges.length === 0;
    this.#rows.show(bridges);
  }

  clear() {
    this.show({ further_bridges: [] });
  }
}

/** @param {Bridge} bridge @returns {import("../shared/keyed_rows.js").Row<Bridge>} */
function bridgeRow({ source }) {
  const cells = COLUMNS.map(() => element("td"));
  const head = element("th", { scope: "row" }, exchangeName(source));
  const row = element("tr", { "data-further-bridge": source }, head, ...cells);
  const show = (/** @type {Bridge} */ bridge) => {
    COLUMNS.forEach((column, index) => setText(cells[index], column(bridge)));
    row.classList.toggle("bad", !SERVING.has(bridge.state));
  };
  return { element: row, show };
}
