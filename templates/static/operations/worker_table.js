/** The workers, who runs each of them, and the leases of those that take one. */
import { byId } from "../shared/elements.js";
import { formatTime } from "../shared/format.js";
import { element, setText } from "../shared/painting.js";
import { KeyedRows } from "./keyed_rows.js";
import { leaseText } from "./lease_text.js";

const NO_LEASES = "No lease was read: a single process takes none, and a database that is away tells of none.";

/** @typedef {import("../../types/reports.js").WorkerReport} Worker */

export class WorkerTable {
  #rows = new KeyedRows(byId("worker-rows", "tbody"), ({ name }) => name, workerRow);
  #note = byId("workers-note");

  /** @param {Pick<import("../../types/reports.js").DeploymentReport, "workers" | "leases_read">} report */
  show({ workers, leases_read: read }) {
    this.#rows.show(workers);
    setText(this.#note, read === null ? NO_LEASES : `Leases as read at ${formatTime(read)}.`);
  }

  clear() {
    this.#rows.show([]);
    setText(this.#note, "");
  }
}

/** @param {Worker} worker @returns {import("./keyed_rows.js").Row<Worker>} */
function workerRow({ name }) {
  const holder = element("td");
  const lease = element("td");
  const row = element("tr", { "data-worker": name }, element("th", { scope: "row" }, name), holder, lease);
  const show = (/** @type {Worker} */ worker) => {
    setText(holder, worker.holder || "–");
    setText(lease, leaseText(worker));
    row.classList.toggle("bad", !worker.alive);
  };
  return { element: row, show };
}
