/** The workers, who runs each of them, the leases of those that take one, and what they do in figures of their own. */
import { byId } from "../shared/elements.js";
import { capitalized, formatCount, formatMilliseconds, formatTime } from "../shared/format.js";
import { element, setText } from "../shared/painting.js";
import { KeyedRows } from "../shared/keyed_rows.js";
import { leaseText } from "./lease_text.js";

const NO_LEASES = "No lease was read: a single process takes none, and a database that is away tells of none.";

/**
 * @typedef {import("../../../clients/javascript/events/system.js").WorkerLease} Worker
 * @typedef {import("../../../clients/javascript/events/system.js").WorkerFigure} Figure
 */

export class WorkerTable {
  #rows = new KeyedRows(byId("worker-rows", "tbody"), ({ name }) => name, workerRow);
  #note = byId("workers-note");
  #work = new KeyedRows(byId("worker-figures"), ({ name }) => name, workOf);

  /** @param {Pick<import("../../../clients/javascript/events/system.js").GatewaysUpdate, "workers" | "leases_read">} report */
  show({ workers, leases_read: read }) {
    this.#rows.show(workers);
    this.#work.show(workers.filter(({ figures }) => figures?.length));
    setText(this.#note, read === null ? NO_LEASES : `Leases as read at ${formatTime(read)}.`);
  }

  clear() {
    this.#rows.show([]);
    this.#work.show([]);
    setText(this.#note, "");
  }
}

/** @param {Worker} worker @returns {import("../shared/keyed_rows.js").Row<Worker>} */
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

/** @param {Worker} worker @returns {import("../shared/keyed_rows.js").Row<Worker>} */
function workOf({ name }) {
  const list = element("dl", { class: "figures" });
  const figures = new KeyedRows(list, (/** @type {Figure} */ figure) => figure.name, figureRow);
  return {
    element: element("div", { "data-worker-figures": name }, element("h3", {}, capitalized(name)), list),
    show: (worker) => figures.show(worker.figures ?? []),
  };
}

/** @param {Figure} figure @returns {import("../shared/keyed_rows.js").Row<Figure>} */
function figureRow({ title, unit }) {
  const value = element("dd");
  const detail = element("dd", { class: "muted" });
  const show = (/** @type {Figure} */ figure) => {
    setText(value, unit === "milliseconds" ? formatMilliseconds(figure.value) : formatCount(figure.value));
    setText(detail, figure.detail ?? "");
  };
  return { element: element("div", {}, element("dt", {}, title), value, detail), show };
}
