/** Bridges, a row each: those that share the market, or read further ones; hidden where there are none. */
import { byId } from "../shared/elements.js";
import { SERVING } from "../shared/market_data/exchange_text.js";
import { formatCount, formatDuration, formatMilliseconds, formatRate } from "../shared/format.js";
import { KeyedRows } from "../shared/keyed_rows.js";
import { element, setText } from "../shared/painting.js";

/** @typedef {import("../../../clients/javascript/events/system.js").BridgeReport} Bridge */
/** @typedef {Pick<import("../../../clients/javascript/events/system.js").GatewaysUpdate, "bridge_slots" | "further_bridges">} Report */

/** @type {{label: string, value: (bridge: Bridge) => string}[]} */
const COLUMNS = [
  { label: "State", value: ({ state }) => state },
  { label: "In this state", value: ({ state_seconds: seconds }) => formatDuration(seconds) },
  { label: "Lag", value: ({ lag_ms: lag }) => formatMilliseconds(lag) },
  { label: "Frames/s", value: ({ frames_per_second: frames }) => formatRate(frames) },
  { label: "Streams", value: ({ streams }) => formatCount(streams) },
  { label: "Published", value: ({ published }) => formatCount(published) },
  { label: "Reconnects", value: ({ reconnects }) => formatCount(reconnects) },
  { label: "Process", value: ({ holder }) => holder },
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

/**
 * The roles are spelled out because a phone shows each row as a card, which takes the table's own away.
 *
 * @param {string} name
 * @returns {import("../shared/keyed_rows.js").Row<Bridge>}
 */
export function bridgeRow(name) {
  const cells = COLUMNS.map(({ label }) => element("td", { role: "cell", "data-label": label }));
  const head = element("th", { scope: "row", role: "rowheader" }, name);
  const row = element("tr", { role: "row", "data-bridge": name }, head, ...cells);
  const show = (/** @type {Bridge} */ bridge) => {
    COLUMNS.forEach(({ value }, index) => setText(cells[index], value(bridge)));
    row.classList.toggle("bad", !SERVING.has(bridge.state));
  };
  return { element: row, show };
}
