/** What happened while the page was open, the newest first. */
import { formatTime } from "../dashboard/format.js";
import { element } from "../dashboard/painting.js";
import { changesBetween, newsInWords } from "./changes.js";

const MOST_ROWS = 200;

export class EventLog {
  #list = document.getElementById("event-rows");
  #last = null;

  /** @param {any} report the data of `ops.gateways`, to be compared with the last one */
  compare(report) {
    if (this.#last) for (const change of changesBetween(this.#last, report)) this.#add(change, Date.now());
    this.#last = report;
  }

  /**
   * @param {string} event
   * @param {any} data of `system.exchange`
   * @param {string} time ISO 8601
   */
  news(event, data, time) {
    this.#add(newsInWords(event, data), time);
  }

  clear() {
    this.#list.replaceChildren();
    this.#last = null;
  }

  #add({ level, text }, time) {
    const row = element("p", { "data-level": level }, element("time", {}, formatTime(time)), text);
    this.#list.prepend(row);
    while (this.#list.childElementCount > MOST_ROWS) this.#list.lastElementChild.remove();
  }
}
