/** Where each channel reaches the user, and why one doesn't. */
import { byId, partsOf } from "../../shared/elements.js";
import { element, setText } from "../../shared/painting.js";
import { SessionError } from "../../shared/session/session_requests.js";
import { Turns } from "../../shared/turns.js";
import { CHANNELS } from "../alerts/alert_catalogue.js";
import { isService } from "./services.js";

/** @typedef {import("../../../types/notifications.js").Reach} Reach */

export class ReachPanel {
  #list = byId("reach-list");
  #requests;
  /** Only the newest answer is shown. */
  #asked = new Turns();

  /** @param {import("../../shared/session/user_requests.js").UserRequests} requests */
  constructor(requests) {
    this.#requests = requests;
  }

  /** Ask the server anew. */
  async load() {
    const isLatest = this.#asked.begin();
    try {
      /** @type {{items: Reach[]}} */
      const { items } = await this.#requests.get("channels/");
      if (isLatest()) this.#show(items.filter((item) => !isUnset(item)));
    } catch (error) {
      if (!(error instanceof SessionError)) throw error;
      if (isLatest()) this.#list.replaceChildren(element("li", { class: "field-problem" }, `${error.message}.`));
    }
  }

  /** Show nothing of who was here before, and nothing that is answered to them later. */
  clear() {
    this.#asked.begin();
    this.#list.replaceChildren();
  }

  /** @param {Reach[]} items those that are offered */
  #show(items) {
    offer(items.map(({ channel }) => channel));
    this.#list.replaceChildren(...items.map(row));
  }
}

/** @param {Reach} item @returns {boolean} whether it is a service at which the reader has no address, so that it isn't offered */
function isUnset({ channel, target }) {
  return target === null && isService(channel);
}

/** @param {string[]} channels that the reader may choose for each kind of notification */
function offer(channels) {
  for (const cell of partsOf(byId("preferences"), "[data-channel]")) cell.hidden = !channels.includes(cell.dataset.channel ?? "");
}

/** @param {Reach} item */
function row({ channel, available, reason, target, switched_off: off }) {
  const name = CHANNELS.find(([key]) => key === channel)?.[1] ?? channel;
  const state = off ? "off" : available ? "on" : "lacking";
  const text = off ? `Switched off: ${off.reason}. Save the preferences to try it again.` : available ? (target ?? "Ready") : reason;
  const line = element("span", { class: "reach-text" });
  setText(line, text ?? "");
  return element("li", { "data-state": state }, element("strong", {}, name), line);
}
