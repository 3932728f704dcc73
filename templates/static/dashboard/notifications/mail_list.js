/** In a demo mails go into a folder: the bell's panel shows those to the user. */
import { byId, partOf } from "../../shared/elements.js";
import { formatAgo } from "../../shared/format.js";
import { element, setText } from "../../shared/painting.js";
import { RetriedRead } from "../../shared/retried_read.js";
import { timeElement } from "../../shared/time_zone/time_element.js";
import { isInSight } from "../dock/dock.js";

const NOT_FOUND = 404;
const REFRESH_MILLISECONDS = 4_000;

/** @typedef {import("../../../types/notifications.js").Mail} Mail */

export class MailList {
  #view = byId("notifications-view");
  #mails = byId("mails");
  #list = byId("mail-list");
  #note = byId("mails-note");
  #reading;
  /** @type {Map<string, HTMLElement>} those that are there stay, as one may be open */
  #rows = new Map();

  /** @param {import("../../shared/session/user_requests.js").UserRequests} requests */
  constructor(requests) {
    this.#reading = new RetriedRead({
      ask: () => requests.get("mails/?limit=50"),
      show: ({ items }) => this.#loaded(items),
      refused: (refusal) => this.#failed(refusal),
    });
    this.#view.addEventListener("change", () => this.#choose());
    byId("notifications").addEventListener("toggle", ({ newState }) => newState === "open" && this.#choose());
    setInterval(() => isInSight(this.#mails) && !this.#reading.isUnderWay && this.#reading.load(), REFRESH_MILLISECONDS);
  }

  /** Find out whether there is such a folder; only a demo has one. @param {boolean} isSignedIn */
  async follow(isSignedIn) {
    this.#reading.forget();
    this.#show([]);
    if (document.body.dataset.demo !== "true" || !isSignedIn) this.#view.hidden = true;
    else await this.#reading.load();
  }

  /** @param {Mail[]} items */
  #show(items) {
    const rows = new Map(items.map((item) => [item.id, this.#rows.get(item.id) ?? row(item)]));
    const isSame = rows.size === this.#rows.size && [...rows.keys()].every((id) => this.#rows.has(id));
    this.#rows = rows;
    if (!isSame) this.#list.replaceChildren(...this.#rows.values());
  }

  #choose() {
    const isChosen = partOf(this.#view, "[value=mails]", "input").checked && !this.#view.hidden;
    this.#mails.hidden = !isChosen;
    byId("notifications-scroller").hidden = isChosen;
    if (isChosen) this.#reading.load();
  }

  /** @param {Mail[]} items */
  #loaded(items) {
    this.#view.hidden = false;
    this.#show(items);
    this.#tell(items.length ? "" : "No mail yet. What is critical is mailed, and what your preferences say.");
  }

  /** The timer asks anew. @param {import("../../shared/refusal.js").Refusal & {status?: number}} refusal */
  #failed({ status, message }) {
    this.#view.hidden = status === NOT_FOUND;
    this.#tell(`${message}.`);
    return false;
  }

  /** @param {string} text */
  #tell(text) {
    setText(this.#note, text);
    this.#note.hidden = !text;
  }
}

/** @param {Mail} mail */
function row({ subject, to, sent, text }) {
  const head = element("summary", {}, element("strong", {}, subject), timeElement(sent, () => formatAgo(sent, Date.now()), { class: "muted" }));
  const body = element("pre", { class: "mail-text" }, `To: ${to}\n\n${text}`);
  return element("li", {}, element("details", {}, head, body));
}
