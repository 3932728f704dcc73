/** How the signals of one model on one market turned out: chosen among those that there are. */
import { byId } from "../../shared/elements.js";
import { element, setText } from "../../shared/painting.js";
import { showCalibration } from "./calibration_chart.js";
import { recordFigures, recordKey, recordPoints, recordSentence, recordTitle, shownRecords } from "./record_text.js";

/** @typedef {import("../../../types/signals.js").SignalRecords} SignalRecords */

const NONE = "Nothing to judge yet: a signal is judged at the end of its horizon.";
const AXES = { said: "How sure they were", came: "How often they were right", of: "signals" };
const HINT = "On the dashed line they were right as often as they were sure. The bars are what chance allows (95%); signals whose horizons overlap count once for it. A Brier score of 0 is perfect, 0.25 is a coin's.";
const NEWEST = " Only the last 200 signals of each strategy are counted.";

export class RecordPanel {
  #choice = byId("record-choice", "select");
  #marketOf;
  /** @type {SignalRecords} */
  #records = { items: [], complete: true };

  /** @param {() => string} marketOf the reader's choice; empty: all */
  constructor(marketOf) {
    this.#marketOf = marketOf;
    this.#choice.addEventListener("change", () => this.repaint());
  }

  /** @param {SignalRecords} records */
  show(records) {
    this.#records = records;
    this.repaint();
  }

  /** Show the one that is chosen, of the market that is looked at. */
  repaint() {
    const market = this.#marketOf();
    const items = this.#records.items.filter(({ symbol }) => !market || symbol === market).flatMap(shownRecords);
    this.#offer(items);
    const record = items.find((one) => recordKey(one) === this.#choice.value);
    byId("record-body").hidden = !record;
    setText(byId("record-note"), record ? "" : NONE);
    if (!record) return;
    setText(byId("record-text"), recordSentence(record));
    byId("record-figures").replaceChildren(...recordFigures(record).map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))));
    showCalibration(byId("record-calibration"), recordPoints(record), AXES);
    setText(byId("record-hint"), HINT + (this.#records.complete ? "" : NEWEST));
  }

  /** @param {import("../../../types/signals.js").ShownRecord[]} items */
  #offer(items) {
    const { value } = this.#choice;
    const keys = items.map(recordKey);
    const options = items.map((record) => element("option", { value: recordKey(record) }, recordTitle(record)));
    if ([...this.#choice.options].map(({ textContent }) => textContent).join() !== options.map(({ textContent }) => textContent).join()) this.#choice.replaceChildren(...options);
    this.#choice.value = keys.includes(value) ? value : (keys[0] ?? "");
  }
}
