/** The user's backtests, newest first, in step with the server's news; some can be chosen to be compared. */
import { byId, inputOf, targetOf } from "../../shared/elements.js";
import { formatCount } from "../../shared/format.js";
import { onceIn, setText } from "../../shared/painting.js";
import { isTemporary } from "../../shared/refusal.js";
import { RetriedRead } from "../../shared/retried_read.js";
import { MOST_COMPARED } from "../address.js";
import { withProgress } from "../progress.js";
import { RunRow } from "./run_row.js";

/** @typedef {import("../../../types/backtests.js").Backtest} Backtest */

const PAGE_SIZE = 50;
const REFRESH_MILLISECONDS = 500;

export class RunList {
  #list = byId("run-list");
  #note = byId("runs-note");
  #compare = byId("compare-open");
  #more = byId("runs-more");
  #requests;
  #actions;
  #reading;
  /** @type {Map<string, {backtest: Backtest, row: RunRow}>} newest first */
  #runs = new Map();
  #wanted = PAGE_SIZE;
  /** @type {Set<string>} */
  #compared = new Set();
  #shown = "";
  #refreshSoon = onceIn(REFRESH_MILLISECONDS, () => this.#reading.refresh());

  /**
   * @param {import("../requests.js").BacktestRequests} requests
   * @param {{open: (id: string) => void, compare: (ids: string[]) => void}} actions
   */
  constructor(requests, actions) {
    this.#requests = requests;
    this.#actions = actions;
    this.#reading = new RetriedRead({
      ask: () => this.#requests.list(0, this.#wanted),
      show: ({ items, count }) => this.#show(items, count),
      refused: (refusal) => this.#refused(refusal),
    });
    this.#list.addEventListener("click", (event) => this.#clicked(event));
    this.#list.addEventListener("change", (event) => this.#choose(inputOf(event)));
    this.#compare.addEventListener("click", () => this.#openComparison());
    this.#more.addEventListener("click", () => {
      this.#wanted += PAGE_SIZE;
      this.load();
    });
  }

  /** Read them anew. */
  load() {
    return this.#reading.load();
  }

  /** Whoever comes sees nothing of who was here before. */
  forget() {
    this.#reading.forget();
    this.#compared.clear();
    this.#show([], NaN);
    setText(this.#note, "Loading your runs…");
  }

  /** @param {string} id which is shown beside the list; none: empty @param {string[]} compared */
  select(id, compared) {
    this.#shown = id;
    if (compared.length) this.#compared = new Set(compared);
    this.#mark();
  }

  /** @param {import("../../../types/backtests.js").Progress} event */
  progress(event) {
    const run = this.#runs.get(event.id);
    if (!run) return;
    run.backtest = withProgress(run.backtest, event);
    run.row.show(run.backtest);
  }

  /** One began, ended or was deleted: what that made of it is read. */
  refresh() {
    this.#refreshSoon();
  }

  /** @param {import("../../shared/refusal.js").Refusal} refusal @returns {boolean} whether it is asked anew */
  #refused(refusal) {
    if (refusal.code !== "signed_out") setText(this.#note, `${refusal.message}.`);
    return isTemporary(refusal);
  }

  /** @param {Backtest[]} items @param {number} count of all; not a number while it isn't known */
  #show(items, count) {
    const former = this.#runs;
    this.#runs = new Map(
      items.map((backtest) => [backtest.id, { backtest, row: former.get(backtest.id)?.row ?? new RunRow(backtest.id) }]),
    );
    for (const { backtest, row } of this.#runs.values()) row.show(backtest);
    this.#place([...this.#runs.values()].map(({ row }) => row.element));
    for (const id of this.#compared) if (!this.#runs.has(id)) this.#compared.delete(id);
    setText(byId("runs-count"), count ? formatCount(count) : "");
    setText(this.#note, items.length || Number.isNaN(count) ? "" : "None yet: your first is one button away.");
    this.#more.hidden = !(count > items.length);
    this.#mark();
  }

  /** Rows that stay are not moved, so that the focus stays in them. @param {HTMLElement[]} rows */
  #place(rows) {
    for (const gone of [...this.#list.children].filter((row) => !rows.includes(/** @type {HTMLElement} */ (row)))) gone.remove();
    rows.forEach((row, index) => {
      if (this.#list.children[index] !== row) this.#list.insertBefore(row, this.#list.children[index] ?? null);
    });
  }

  #mark() {
    for (const [id, { row }] of this.#runs) row.mark(id === this.#shown, this.#compared.has(id));
    const count = this.#compared.size;
    setText(this.#compare, count > 1 ? `Compare ${count}` : "Compare");
    if (count > 1) this.#compare.removeAttribute("aria-disabled");
    else this.#compare.setAttribute("aria-disabled", "true");
    this.#compare.title = count > 1 ? "" : `Mark two to ${MOST_COMPARED} runs to compare them`;
  }

  /** @param {MouseEvent} event a click that opens a tab is the browser's own */
  #clicked(event) {
    const { run } = targetOf(event).dataset;
    if (!run || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.#actions.open(run);
  }

  /** @param {HTMLInputElement} box */
  #choose(box) {
    if (!box.checked) this.#compared.delete(box.value);
    else if (this.#compared.size < MOST_COMPARED) this.#compared.add(box.value);
    else setText(this.#note, `At most ${MOST_COMPARED} runs are compared.`);
    this.#mark();
  }

  #openComparison() {
    const ids = [...this.#runs.keys()].filter((id) => this.#compared.has(id));
    if (ids.length > 1) this.#actions.compare(ids);
    else setText(this.#note, this.#compare.title);
  }
}
