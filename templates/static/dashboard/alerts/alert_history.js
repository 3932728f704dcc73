/** What a rule has fired at: its newest firings, below its row as long as they are open. */
import { formatQuantity, zonedSeconds } from "../../shared/format.js";
import { withUtc } from "../../shared/moments.js";
import { element, setText } from "../../shared/painting.js";
import { isRefusal } from "../../shared/refusal.js";
import { timeElement } from "../../shared/time_zone/time_element.js";
import { Turns } from "../../shared/turns.js";

/** @typedef {import("./alert_rule.js").Firing} Firing */

export class AlertHistory {
  #list = element("ol", { class: "alert-history-list" });
  #note = element("p", { class: "muted" });
  node = element("div", { class: "alert-history", role: "status", hidden: "" }, this.#list, this.#note);
  #read;
  #textOf;
  /** How often the rule had fired when the list was asked for. */
  #firings = -1;
  /** Only the newest answer is shown. */
  #asked = new Turns();

  /**
   * @param {() => Promise<{items: Firing[], total: number}>} read the newest firings, and how many are kept
   * @param {(firing: Firing) => string} textOf
   */
  constructor(read, textOf) {
    this.#read = read;
    this.#textOf = textOf;
  }

  /** @param {number} firings so many there were by now */
  toggle(firings) {
    this.node.hidden = !this.node.hidden;
    this.#firings = -1;
    return this.follow(firings);
  }

  /** Ask anew where it has fired since. @param {number} firings */
  async follow(firings) {
    if (this.node.hidden || firings === this.#firings) return;
    this.#firings = firings;
    const isNewest = this.#asked.begin();
    try {
      const answer = await this.#read();
      if (isNewest()) this.#show(answer);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (isNewest()) setText(this.#note, `${error.message}.`);
    }
  }

  /** @param {{items: Firing[], total: number}} answer */
  #show({ items, total }) {
    this.#list.replaceChildren(...items.map((firing) => row(firing, this.#textOf(firing))));
    const others = total - items.length;
    setText(this.#note, items.length ? (others ? `${formatQuantity(others, "older firing")} besides` : "") : "Its firings are no longer kept.");
  }
}

/** @param {Firing} firing @param {string} text */
function row({ fired_at: at }, text) {
  const when = timeElement(at, (time) => withUtc(zonedSeconds(time), time), { class: "muted" });
  return element("li", {}, when, element("span", {}, text));
}
