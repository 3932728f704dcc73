/** What has happened to the grid or the strategy that is shown, newest first: what is stored of it, then what the server tells. */
import { byId } from "../../elements.js";
import { momentText, msOf } from "../../moments.js";
import { element, setText } from "../../painting.js";
import { formatTime } from "../../format.js";
import { logLineOf } from "./event_text.js";
import { isStored } from "./stored_lines.js";

const MOST_LINES = 200;
const OLDER = "Older lines aren't shown: what it traded is under Fills.";

export class EventLog {
  #list = byId("log-list");
  #note = byId("log-note");
  #before;

  /** @type {import("./stored_lines.js").StoredLine[]} */
  #stored = [];

  /** @param {string} before what the lines are that were stored */
  constructor(before) {
    this.#before = before;
  }

  /** Begin anew, for another one. */
  clear() {
    this.#stored = [];
    this.#list.replaceChildren();
    this.#tellEmpty();
  }

  /** @param {import("../../../../types/instances.js").InstanceEvent} event @param {number} decimals of prices */
  add(event, decimals) {
    const line = logLineOf(event, decimals);
    if (!line || isStored(this.#stored, event)) return;
    this.#list.prepend(rowOf(line, formatTime(msOf(event.timestamp) || Date.now())));
    this.#cut();
  }

  /** @param {import("./stored_lines.js").StoredLine[]} lines what happened before, newest first */
  addStored(lines) {
    this.#stored = lines;
    this.#list.append(...lines.map((line) => rowOf(line, momentText(line.time))));
    this.#cut();
  }

  #cut() {
    while (this.#list.children.length > MOST_LINES) this.#list.lastElementChild?.remove();
    this.#tellEmpty();
  }

  #tellEmpty() {
    const isCut = this.#list.children.length >= MOST_LINES;
    setText(this.#note, this.#list.children.length ? (isCut ? OLDER : this.#before) : "Nothing has happened yet.");
  }
}

/** @param {import("./event_text.js").LogLine} line @param {string} time */
function rowOf({ kind, text }, time) {
  return element("li", { "data-kind": kind }, element("time", { class: "muted" }, time), text);
}
