/** In a demo mails go into a folder: the bell's panel shows those to the user. */
import { byId, partOf } from "../../shared/elements.js";
import { formatAgo } from "../../shared/format.js";
import { element, setText } from "../../shared/painting.js";
import { SessionError } from "../../shared/session/session_requests.js";
import { Turns } from "../../shared/turns.js";
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
  #requests;
  /** What is answered to somebody who has gone is for nobody else. */
  #reads = new Turns();
  /** @type {Map<string, HTMLElement>} those that are there stay, as one may be open */
  #rows = new Map();

  /** @param {import("../../shared/session/user_requests.js").UserRequests} requests */
  constructor(requests) {
    this.#requests = requests;
    this.#view.addEventListener("change", () => this.#choose());
    byId("notifications").addEventListener("toggle", ({ newState }) => newState === "open" && this.#choose());
    setInterval(() => isInSight(this.#mails) && this.#load(), REFRESH_MILLISECONDS);
  }

  /** Find out whether there is such a folder; only a demo has one. @param {boolean} isSignedIn */
  async follow(isSignedIn) {
    this.#reads.begin();
    this.#show([]);
    if (document.body.dataset.demo !== "true" || !isSignedIn) this.#view.hidden = true;
    else await this.#load();
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
    if (isChosen) this.#load();
  }

  async #load() {
    const isNewest = this.#reads.begin();
    try {
      const { items } = await this.#requests.get("mails/?limit=50");
      if (isNewest()) this.#loaded(items);
    } catch (error) {
      if (!(error instanceof SessionError)) throw error;
      if (isNewest()) this.#failed(error);
    }
  }

  /** @param {Mail[]} items */
  #loaded(items) {
    this.#view.hidden = false;
    this.#show(items);
    this.#tell(items.length ? "" : "No mail yet. What is critical is mailed, and what your preferences say.");
  }

  /** @param {SessionError} error */
  #failed({ status, message }) {
    this.#view.hidden = status === NOT_FOUND;
    this.#tell(`${message}.`);
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
