/** What has happened to the grid or the strategy that is shown, newest first: what is stored of it, then what the server tells. */
import { byId } from "../../elements.js";
import { msOf } from "../../moments.js";
import { element, setText } from "../../painting.js";
import { formatTime } from "../../format.js";
import { timeElement } from "../../time_zone/time_element.js";
import { logLineOf } from "./event_text.js";
import { isStored } from "./stored_lines.js";

const MOST_LINES = 200;
const MUTED = { class: "muted" };
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
    this.#list.prepend(rowOf(line, timeElement(msOf(event.timestamp) || Date.now(), formatTime, MUTED)));
    this.#cut();
  }

  /** @param {import("./stored_lines.js").StoredLine[]} lines what happened before, newest first */
  addStored(lines) {
    this.#stored = lines;
    this.#list.append(...lines.map((line) => rowOf(line, timeElement(line.time, undefined, MUTED))));
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

/** @param {import("./event_text.js").LogLine} line @param {HTMLElement} time */
function rowOf({ kind, text }, time) {
  return element("li", { "data-kind": kind }, time, text);
}
