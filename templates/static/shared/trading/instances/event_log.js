/** What has happened to the grid or the strategy that is shown, newest first: what is stored of it, then what the server tells. */
import { byId } from "../../elements.js";
import { msOf } from "../../moments.js";
import { element, setText } from "../../painting.js";
import { formatTime } from "../../format.js";
import { timeElement } from "../../time_zone/time_element.js";
import { logLineOf } from "./event_text.js";
import { isStored } from "./stored_lines.js";

/** @typedef {import("../../../../types/instances.js").InstanceEvent} InstanceEvent */

const MOST_LINES = 200;
const MUTED = { class: "muted" };
const OLDER = "Older lines aren't shown: what it traded is under Fills.";

export class EventLog {
  #list = byId("log-list");
  #note = byId("log-note");
  #before;

  /** @type {import("./stored_lines.js").StoredLine[]} newest first */
  #stored = [];
  /** @type {(decimals: number) => import("./stored_lines.js").StoredLine[]} */
  #storedIn = () => [];
  /** @type {{event: InstanceEvent, time: number}[]} newest first */
  #told = [];
  #decimals = NaN;

  /** @param {string} before what the lines are that were stored */
  constructor(before) {
    this.#before = before;
  }

  /** Begin anew, for another one. */
  clear() {
    this.#stored = [];
    this.#storedIn = () => [];
    this.#told = [];
    this.#list.replaceChildren();
    this.#tellEmpty();
  }

  /** @param {InstanceEvent} event @param {number} decimals of prices */
  add(event, decimals) {
    this.showIn(decimals);
    if (!logLineOf(event, decimals) || isStored(this.#stored, event)) return;
    const told = { event, time: msOf(event.timestamp) || Date.now() };
    this.#told = [told, ...this.#told.slice(0, MOST_LINES - 1)];
    this.#list.prepend(...toldRows([told], decimals));
    this.#cut();
  }

  /**
   * @param {(decimals: number) => import("./stored_lines.js").StoredLine[]} linesIn what happened before, newest first
   * @param {number} decimals of prices
   */
  addStored(linesIn, decimals) {
    this.#storedIn = linesIn;
    this.#write(decimals);
  }

  /** Write all anew where prices have other decimals than was known. @param {number} decimals */
  showIn(decimals) {
    if (decimals !== this.#decimals) this.#write(decimals);
  }

  /** @param {number} decimals */
  #write(decimals) {
    this.#decimals = decimals;
    this.#stored = this.#storedIn(decimals);
    const stored = this.#stored.map((line) => rowOf(line, timeElement(line.time, undefined, MUTED)));
    this.#list.replaceChildren(...toldRows(this.#told, decimals), ...stored);
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

/** @param {{event: InstanceEvent, time: number}[]} told @param {number} decimals */
function toldRows(told, decimals) {
  return told.flatMap(({ event, time }) => {
    const line = logLineOf(event, decimals);
    return line ? [rowOf(line, timeElement(time, formatTime, MUTED))] : [];
  });
}

/** @param {import("./event_text.js").LogLine} line @param {HTMLElement} time */
function rowOf({ kind, text }, time) {
  return element("li", { "data-kind": kind }, time, text);
}
