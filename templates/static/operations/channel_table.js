/** Who reads what: the most subscribed channels of the whole deployment, filtered and sorted as the reader likes. */
import { byId, partsOf } from "../shared/elements.js";
import { formatCount } from "../shared/format.js";
import { element, setText } from "../shared/painting.js";
import { choiceText, chosen } from "./channel_choice.js";
import { KeyedRows } from "../shared/keyed_rows.js";

/** @typedef {import("./channel_choice.js").Channel} Channel */

const DIRECTIONS = { channel: "ascending", subscribers: "descending" };

export class ChannelTable {
  #rows = new KeyedRows(byId("channel-rows", "tbody"), ({ channel }) => channel, channelRow);
  #note = byId("channels-note");
  /** @type {import("./channel_choice.js").Choice} */
  #choice = { text: "", sort: "subscribers" };
  /** @type {Pick<import("../../../clients/javascript/events/system.js").GatewaysUpdate, "channels" | "channels_total">} */
  #report = { channels: [], channels_total: 0 };

  constructor() {
    const filter = byId("channel-filter", "input");
    filter.addEventListener("input", () => this.#choose({ text: filter.value }));
    for (const button of partsOf(document, "[data-sort]")) {
      const sort = button.dataset.sort === "channel" ? "channel" : "subscribers";
      button.addEventListener("click", () => this.#choose({ sort }));
    }
    this.#markSort();
  }

  /** @param {Pick<import("../../../clients/javascript/events/system.js").GatewaysUpdate, "channels" | "channels_total">} report */
  show(report) {
    this.#report = report;
    const { channels, channels_total: total } = report;
    const rows = chosen(channels, this.#choice);
    this.#rows.show(rows);
    setText(this.#note, choiceText({ shown: rows.length, told: channels.length, total }));
  }

  clear() {
    this.show({ channels: [], channels_total: 0 });
    setText(this.#note, "");
  }

  /** @param {Partial<import("./channel_choice.js").Choice>} change */
  #choose(change) {
    this.#choice = { ...this.#choice, ...change };
    this.#markSort();
    this.show(this.#report);
  }

  #markSort() {
    for (const [name, direction] of Object.entries(DIRECTIONS)) {
      const head = byId(`sort-${name}`);
      if (name === this.#choice.sort) head.setAttribute("aria-sort", direction);
      else head.removeAttribute("aria-sort");
    }
  }
}

/** @param {Channel} channel @returns {import("../shared/keyed_rows.js").Row<Channel>} */
function channelRow({ channel }) {
  const subscribers = element("td", { class: "number" });
  const row = element("tr", { "data-channel": channel }, element("th", { scope: "row" }, channel), subscribers);
  return { element: row, show: (item) => setText(subscribers, formatCount(item.subscribers)) };
}
