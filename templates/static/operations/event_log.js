/** What happened while the page was open, the newest first. */
import { byId } from "../shared/elements.js";
import { formatTime } from "../shared/format.js";
import { element } from "../shared/painting.js";
import { timeElement } from "../shared/time_zone/time_element.js";
import { changesBetween, exchangeNewsText } from "./changes.js";

const MOST_ROWS = 200;

/** @typedef {import("../../../clients/javascript/events/system.js").GatewaysUpdate} Report */

export class EventLog {
  #list = byId("event-rows");
  /** @type {Report | null} */
  #last = null;

  /** @param {Report} report the data of `ops.gateways`, to be compared with the last one */
  compare(report) {
    if (this.#last) for (const change of changesBetween(this.#last, report)) this.#add(change, Date.now());
    this.#last = report;
  }

  /**
   * @param {string} event
   * @param {import("../../../clients/javascript/events/system.js").ExchangeNews} data of `system.exchange`
   * @param {string | number} time ISO 8601, or ms since the epoch
   */
  news(event, data, time) {
    this.#add(exchangeNewsText(event, data), time);
  }

  clear() {
    this.#list.replaceChildren();
    this.#last = null;
  }

  /** @param {import("./changes.js").Happening} happening @param {string | number} time */
  #add({ level, text }, time) {
    const row = element("p", { "data-level": level }, timeElement(time, formatTime), text);
    this.#list.prepend(row);
    while (this.#list.childElementCount > MOST_ROWS) this.#list.lastElementChild?.remove();
  }
}
