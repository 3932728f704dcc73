/** Who reads what: the most subscribed channels of the whole deployment, filtered and sorted as the reader likes. */
import { element, setText } from "../dashboard/painting.js";
import { choiceInWords, chosen } from "./channel_choice.js";
import { KeyedRows } from "./keyed_rows.js";
import { count } from "./words.js";

const DIRECTIONS = { channel: "ascending", subscribers: "descending" };

export class ChannelTable {
  #rows = new KeyedRows(document.getElementById("channel-rows"), ({ channel }) => channel, channelRow);
  #note = document.getElementById("channels-note");
  /** @type {import("./channel_choice.js").Choice} */
  #choice = { text: "", sort: "subscribers" };
  #report = { channels: [], channels_total: 0 };

  constructor() {
    const filter = document.getElementById("channel-filter");
    filter.addEventListener("input", () => this.#choose({ text: filter.value }));
    for (const button of document.querySelectorAll("[data-sort]")) {
      button.addEventListener("click", () => this.#choose({ sort: button.dataset.sort }));
    }
    this.#markSort();
  }

  /** @param {{channels: import("./channel_choice.js").Channel[], channels_total: number}} report */
  show(report) {
    this.#report = report;
    const { channels, channels_total: total } = report;
    const rows = chosen(channels, this.#choice);
    this.#rows.show(rows);
    setText(this.#note, choiceInWords({ shown: rows.length, told: channels.length, total }));
  }

  clear() {
    this.show({ channels: [], channels_total: 0 });
    setText(this.#note, "");
  }

  #choose(change) {
    this.#choice = { ...this.#choice, ...change };
    this.#markSort();
    this.show(this.#report);
  }

  #markSort() {
    for (const [name, direction] of Object.entries(DIRECTIONS)) {
      const head = document.getElementById(`sort-${name}`);
      if (name === this.#choice.sort) head.setAttribute("aria-sort", direction);
      else head.removeAttribute("aria-sort");
    }
  }
}

function channelRow({ channel }) {
  const subscribers = element("td", { class: "number" });
  const row = element("tr", { "data-channel": channel }, element("th", { scope: "row" }, channel), subscribers);
  return { element: row, show: (item) => setText(subscribers, count(item.subscribers)) };
}
