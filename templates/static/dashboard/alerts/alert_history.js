/** What a rule has fired at: its newest firings, and older ones if wanted, below its row as long as they are open. */
import { formatQuantity, zonedSeconds } from "../../shared/format.js";
import { KeyedRows } from "../../shared/keyed_rows.js";
import { withUtc } from "../../shared/moments.js";
import { element, setText } from "../../shared/painting.js";
import { isTemporary } from "../../shared/refusal.js";
import { RetriedRead } from "../../shared/retried_read.js";
import { timeElement } from "../../shared/time_zone/time_element.js";

/** @typedef {import("../../../types/alerts.js").Firing} Firing */
/** @typedef {{key: string, firing: Firing}} Listed */

const FIRST = 10;
const MORE = 50;
/** So many the server lists at once: where more are shown, so many are added at a time. */
const AT_ONCE = 500;

export class AlertHistory {
  #list = element("ol", { class: "alert-history-list", tabindex: "-1" });
  #note = element("p", { class: "muted" });
  #older = element("button", { type: "button", class: "button alert-history-older", hidden: "" }, "Show older firings");
  #rows = new KeyedRows(this.#list, (/** @type {Listed} */ { key }) => key, ({ firing }) => this.#rowOf(firing));
  /** It says what comes, and not what stands there already: rows that stay are the same. */
  node = element("div", { class: "alert-history", role: "status", "aria-atomic": "false", hidden: "" }, this.#list, this.#note, this.#older);
  #reading;
  #textOf;
  /** How often the rule had fired when the list was asked for. */
  #firings = -1;
  /** How many are asked for. */
  #limit = FIRST;

  /**
   * @param {(limit: number) => Promise<{items: Firing[], total: number}>} read so many of the newest firings, and how many are kept
   * @param {(firing: Firing) => string} textOf
   */
  constructor(read, textOf) {
    this.#textOf = textOf;
    this.#reading = new RetriedRead({
      ask: () => read(this.#limit),
      show: (answer) => this.#show(answer),
      refused: (refusal) => this.#refused(refusal),
      isWanted: () => this.node.isConnected && !this.node.hidden,
    });
    this.#older.addEventListener("click", () => this.#showOlder());
  }

  /** @param {number} firings so many there were by now */
  async toggle(firings) {
    this.node.hidden = !this.node.hidden;
    this.#firings = firings;
    this.#limit = FIRST;
    if (this.node.hidden) return;
    setText(this.#note, "Loading its firings…");
    await this.#reading.load();
  }

  /** Ask anew where it has fired since. @param {number} firings */
  async follow(firings) {
    if (this.node.hidden || firings === this.#firings) return;
    this.#firings = firings;
    this.#reading.refresh();
    await this.#reading.whole;
  }

  #showOlder() {
    this.#limit += this.#limit < AT_ONCE ? MORE : AT_ONCE;
    setText(this.#note, "Loading older firings…");
    return this.#reading.load();
  }

  /** @param {import("../../shared/refusal.js").Refusal} refusal @returns {boolean} whether it is asked anew */
  #refused(refusal) {
    setText(this.#note, `${refusal.message}.`);
    return isTemporary(refusal);
  }

  /** @param {{items: Firing[], total: number}} answer */
  #show({ items, total }) {
    this.#rows.show(listed(items));
    const others = total - items.length;
    setText(this.#note, items.length ? (others ? `${formatQuantity(others, "older firing")} besides` : "") : "Its firings are no longer kept.");
    this.#offerOlder(others > 0);
  }

  /** @param {Firing} firing */
  #rowOf({ fired_at: at }) {
    const when = timeElement(at, (time) => withUtc(zonedSeconds(time), time), { class: "muted" });
    const text = element("span");
    return { element: element("li", {}, when, text), show: (/** @type {Listed} */ { firing }) => setText(text, this.#textOf(firing)) };
  }

  /** Where there is nothing older the button's focus stays with what it has shown. @param {boolean} isThere */
  #offerOlder(isThere) {
    if (!isThere && document.activeElement === this.#older) this.#list.focus();
    this.#older.hidden = !isThere;
  }
}

/** @param {Firing[]} firings newest first @returns {Listed[]} those that are alike are numbered */
function listed(firings) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  return firings.map((firing) => {
    const name = JSON.stringify(firing);
    counts.set(name, (counts.get(name) ?? 0) + 1);
    return { key: `${name} ${counts.get(name)}`, firing };
  });
}
