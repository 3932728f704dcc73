/** What became of the newest notifications by a channel, and sending a test. */
import { byId } from "../../shared/elements.js";
import { formatAgo, formatMilliseconds, zonedClock } from "../../shared/format.js";
import { element, setText } from "../../shared/painting.js";
import { SessionError } from "../../shared/session/session_requests.js";
import { timeElement } from "../../shared/time_zone/time_element.js";
import { Turns } from "../../shared/turns.js";

const AGAIN_MILLISECONDS = 1_000;
const MOST_LOOKS = 20;

/** @typedef {import("../../../types/notifications.js").Result} Result */

export class ChannelResults {
  #channel;
  #requests;
  #list;
  #test;
  #problem;
  /** Only the newest answer is shown, and to who has asked for it. */
  #asked = new Turns();

  /**
   * @param {import("../../shared/session/user_requests.js").UserRequests} requests
   * @param {string} channel whose elements are `<channel>-results`, `<channel>-test` and `<channel>-test-problem`
   */
  constructor(requests, channel) {
    this.#requests = requests;
    this.#channel = channel;
    this.#list = byId(`${channel}-results`);
    this.#test = byId(`${channel}-test`);
    this.#problem = byId(`${channel}-test-problem`);
    this.#test.addEventListener("click", () => this.#send());
  }

  /** Ask the server anew. @param {boolean} hasTarget whether the channel reaches its user somewhere, so that it can be tested */
  load(hasTarget) {
    this.#test.hidden = !hasTarget;
    return this.#ask(async (isLatest) => {
      const items = await this.#items();
      if (isLatest()) this.#show(items);
    });
  }

  /** Show nothing of who was here before, and nothing that is answered to them later. */
  clear() {
    this.#asked.begin();
    this.#test.hidden = true;
    this.#show([]);
    setText(this.#problem, "");
  }

  #send() {
    return this.#ask(async (isLatest) => {
      await this.#requests.post("channels/test/", { channel: this.#channel });
      for (let looks = 0; looks < MOST_LOOKS && isLatest(); looks += 1) {
        const items = await this.#items();
        if (isLatest()) this.#show(items);
        if (!items.length || !isSoon(items[0])) return;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MILLISECONDS));
      }
    });
  }

  /** @returns {Promise<Result[]>} */
  async #items() {
    const { items } = await this.#requests.get(`channels/results/?channel=${this.#channel}`);
    return items;
  }

  /** @param {(isLatest: () => boolean) => Promise<void>} ask */
  async #ask(ask) {
    const isLatest = this.#asked.begin();
    setText(this.#problem, "");
    try {
      await ask(isLatest);
    } catch (error) {
      if (!(error instanceof SessionError)) throw error;
      if (isLatest()) setText(this.#problem, `${error.message}.`);
    }
  }

  /** @param {Result[]} items */
  #show(items) {
    this.#list.replaceChildren(...items.map(row));
  }
}

/** @param {Result} result @returns {boolean} whether it is under way, rather than waiting for something long */
function isSoon({ state, time, due }) {
  return state === "sending" || (state === "waiting" && !time && new Date(due ?? NaN).getTime() <= Date.now() + AGAIN_MILLISECONDS);
}

/** @param {Result} result */
function row(result) {
  const { title, state, time } = result;
  const when = timeElement(time, () => (time ? formatAgo(time, Date.now()) : ""), { class: "muted" });
  const text = element("span", { class: "result-text" });
  setText(text, `${title}: ${outcome(result)}`);
  return element("li", { "data-state": state }, text, when);
}

/** @param {Result} result */
function outcome({ state, reason, time, took_ms: took, due }) {
  const span = took === null ? "" : ` in ${formatMilliseconds(took)}`;
  const why = reason ? `: ${reason}` : "";
  const later = zonedClock(due);
  if (state === "sent" || state === "acknowledged") return `sent${span}`;
  if (state === "sending") return "being sent";
  if (state === "waiting") return time ? `failed${span}${why}; again at ${later}` : `waits until ${later}${why}`;
  return state === "dead" ? `failed for good${span}${why}` : `${state}${why}`;
}
