/** Bridges, a row each: those that share the market, or read further ones; hidden where there are none. */
import { byId } from "../shared/elements.js";
import { SERVING } from "../shared/exchange_text.js";
import { formatCount, formatDuration, formatMilliseconds, formatRate } from "../shared/format.js";
import { KeyedRows } from "../shared/keyed_rows.js";
import { element, setText } from "../shared/painting.js";

/** @typedef {import("../../types/reports.js").BridgeReport} Bridge */
/** @typedef {Pick<import("../../types/reports.js").DeploymentReport, "bridge_slots" | "further_bridges">} Report */

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

export class BridgeTable {
  #table;
  #rows;
  #bridgesOf;

  /**
   * @param {string} id of the table; its rows' ends in `-rows`
   * @param {(bridge: Bridge) => string} nameOf what a row is called, each by another name
   * @param {(report: Report) => Bridge[]} bridgesOf
   */
  constructor(id, nameOf, bridgesOf) {
    this.#table = byId(id);
    this.#bridgesOf = bridgesOf;
    this.#rows = new KeyedRows(byId(`${id}-rows`, "tbody"), nameOf, (bridge) => bridgeRow(nameOf(bridge)));
  }

  /** @param {Report} report */
  show(report) {
    this.#showRows(this.#bridgesOf(report));
  }

  clear() {
    this.#showRows([]);
  }

  /** @param {Bridge[]} bridges */
  #showRows(bridges) {
    this.#table.hidden = bridges.length === 0;
    this.#rows.show(bridges);
  }
}

/** @param {string} name @returns {import("../shared/keyed_rows.js").Row<Bridge>} */
function bridgeRow(name) {
  const cells = COLUMNS.map(() => element("td"));
  const head = element("th", { scope: "row" }, name);
  const row = element("tr", { "data-bridge": name }, head, ...cells);
  const show = (/** @type {Bridge} */ bridge) => {
    COLUMNS.forEach((column, index) => setText(cells[index], column(bridge)));
    row.classList.toggle("bad", !SERVING.has(bridge.state));
  };
  return { element: row, show };
}
