/** The frames that passed last, bounded, as a reader wants to see them: filtered, paused, cleared. Pure. */
import { UNREADABLE, frameDescription, withoutToken } from "./frame_log_kinds.js";

export const MOST_FRAMES = 1_000;

/** One frame that passed; what it is gets read from its text when somebody looks. */
export class LoggedFrame {
  /** @type {import("./frame_log_kinds.js").FrameDescription | undefined} */
  #description;

  /**
   * @param {{direction: "in" | "out", text: string}} frame
   * @param {number} time ms since the epoch
   */
  constructor({ direction, text }, time) {
    this.direction = direction;
    this.text = direction === "out" ? withoutToken(text) : text;
    this.time = time;
  }

  /** @returns {import("./frame_log_kinds.js").FrameDescription} */
  get description() {
    this.#description ??= frameDescription(this.text);
    return this.#description;
  }

  /** @returns {string} its JSON over several lines; as it came where it is none */
  get indented() {
    return this.description.type === UNREADABLE ? this.text : JSON.stringify(JSON.parse(this.text), null, 2);
  }
}

/** @typedef {{text: string, direction: "" | "in" | "out", kind: string}} FrameFilter empty: whichever */

export class FrameLog {
  /** @type {LoggedFrame[]} */
  #frames = [];
  /** @type {LoggedFrame[]} those of them that the filter lets through */
  #shown = [];
  /** @type {FrameFilter} */
  #filter = { text: "", direction: "", kind: "" };
  #dropped = 0;
  #passed = 0;
  isPaused = false;

  /** @returns {readonly LoggedFrame[]} the oldest first */
  get shown() {
    return this.#shown;
  }

  /** How many of the shown frames have gone at the old end since `clear` or the last change of the filter. */
  get dropped() {
    return this.#dropped;
  }

  /** How many frames have passed during the pause, and are not in the log. */
  get passed() {
    return this.#passed;
  }

  /**
   * @param {import("../connection/connection_traffic.js").PassingFrame} frame
   * @param {number} time ms since the epoch
   */
  add(frame, time) {
    if (this.isPaused) {
      this.#passed += 1;
      return;
    }
    const logged = new LoggedFrame(frame, time);
    this.#frames.push(logged);
    if (this.#lets(logged)) this.#shown.push(logged);
    if (this.#frames.length > MOST_FRAMES) this.#drop();
  }

  pause() {
    this.isPaused = true;
    this.#passed = 0;
  }

  resume() {
    this.isPaused = false;
    this.#passed = 0;
  }

  clear() {
    this.#frames = [];
    this.#show();
  }

  /** @param {Partial<FrameFilter>} change */
  filter(change) {
    this.#filter = { ...this.#filter, ...change };
    this.#show();
  }

  #show() {
    this.#shown = this.#frames.filter((frame) => this.#lets(frame));
    this.#dropped = 0;
    this.#passed = 0;
  }

  #drop() {
    const oldest = this.#frames.shift();
    if (this.#shown[0] !== oldest) return;
    this.#shown.shift();
    this.#dropped += 1;
  }

  /** @param {LoggedFrame} frame */
  #lets(frame) {
    const { text, direction, kind } = this.#filter;
    if (direction && frame.direction !== direction) return false;
    if (text && !frame.text.toLowerCase().includes(text.toLowerCase())) return false;
    return !kind || frame.description.kind === kind;
  }
}
