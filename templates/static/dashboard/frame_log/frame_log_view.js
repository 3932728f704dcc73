/**
 * Shows the log of frames: only the rows in sight are elements, so that a thousand frames cost what twenty do. It
 * follows the newest until the reader scrolls away, and from then on nothing moves under their eyes.
 */
import { byId, targetOf } from "../../shared/elements.js";
import { formatQuantity } from "../../shared/format.js";
import { shownZone } from "../../shared/time_zone/shown_zone.js";
import { element, oncePerFrame, setText } from "../../shared/painting.js";
import { inCommonFrame } from "../common_frames.js";
import { isInSight } from "../dock/dock.js";
import { FrameLog } from "./frame_log.js";
import { FrameLogDetail } from "./frame_log_detail.js";

const ROW_HEIGHT = 22;
const ARROWS = { in: "↓", out: "↑" };
const DIRECTIONS = { in: "received", out: "sent" };
const LONGEST_TEXT = 600;
/** @type {Record<string, number>} */
const STEPS = { ArrowUp: -1, ArrowDown: 1 };

export class FrameLogView {
  #log = new FrameLog();
  #scroller = byId("frame-rows");
  #space = byId("frame-space");
  #newest = byId("frame-newest");
  #pause = byId("frame-pause");
  #count = byId("frame-count");
  #filter = byId("frame-filter", "input");
  /** @type {HTMLElement[]} */
  #rows = [];
  #isFollowing = true;
  #droppedBefore = 0;
  #first = 0;
  /** Where the reader is, and how much they see, in pixels: kept here, as asking for it costs a layout. */
  #top = 0;
  #viewHeight = 0;
  #spaceHeight = 0;
  /** @type {import("./frame_log.js").LoggedFrame | undefined} the one that is shown in full */
  #chosen;
  #detail = new FrameLogDetail((hadFocus) => this.#closed(hadFocus));

  /** Paint the rows in sight in the next frame, if the log is in sight. */
  refresh = oncePerFrame(() => this.#paint());
  /** Each row in sight changes with each frame that comes: they are painted with all else that changes by itself. */
  #refreshSoon = inCommonFrame({ paint: () => this.#paint() });

  /** @param {import("../connection/connection_traffic.js").ConnectionTraffic} traffic */
  constructor(traffic) {
    traffic.watch((frame) => this.#take(frame));
    new ResizeObserver(([{ contentRect }]) => this.#resized(contentRect.height)).observe(this.#scroller);
    this.#scroller.addEventListener("scroll", () => this.#scrolled());
    this.#scroller.addEventListener("click", (event) => this.#clicked(targetOf(event).closest(".frame-row")));
    this.#scroller.addEventListener("keydown", (event) => this.#stepped(event));
    this.#newest.addEventListener("click", () => this.#follow());
    this.#pause.addEventListener("click", () => this.#togglePause());
    byId("frame-clear").addEventListener("click", () => this.clear());
    this.#choice(this.#filter, "input", "text");
    this.#choice(byId("frame-direction", "select"), "change", "direction");
    this.#choice(byId("frame-kind", "select"), "change", "kind");
  }

  /** @param {string} text of which frames there are to be shown */
  search(text) {
    this.#filter.value = text;
    this.#change(() => this.#log.filter({ text }));
  }

  /** Forget every frame. */
  clear() {
    this.#change(() => this.#log.clear());
  }

  /**
   * @param {HTMLInputElement | HTMLSelectElement} control
   * @param {"input" | "change"} event
   * @param {keyof import("./frame_log.js").FrameFilter} name
   */
  #choice(control, event, name) {
    control.addEventListener(event, () => this.#change(() => this.#log.filter({ [name]: control.value })));
  }

  /** @param {() => void} act */
  #change(act) {
    act();
    this.#droppedBefore = 0;
    this.#follow();
  }

  /** @param {import("../connection/connection_traffic.js").PassingFrame} frame */
  #take(frame) {
    this.#log.add(frame, Date.now());
    if (this.#viewHeight) this.#refreshSoon(); // out of sight it has none; to ask the browser would have it lay out the page
  }

  #togglePause() {
    if (this.#log.isPaused) this.#log.resume();
    else this.#log.pause();
    this.#pause.setAttribute("aria-pressed", String(this.#log.isPaused));
    setText(this.#pause, this.#log.isPaused ? "Resume" : "Pause");
    if (!this.#log.isPaused) this.#isFollowing = true;
    this.refresh();
  }

  #follow() {
    this.#detail.close();
    this.#isFollowing = true;
    this.refresh();
  }

  /** A tab that comes in sight again may have been scrolled without an event. @param {number} height px */
  #resized(height) {
    this.#viewHeight = height;
    this.#top = this.#scroller.scrollTop;
    this.refresh();
  }

  /** What comes in sight, or goes, tells that it is scrolled before it tells how high it is: no reader has scrolled it. */
  #scrolled() {
    if (this.#viewHeight === 0 || !isInSight(this.#scroller)) return;
    this.#top = this.#scroller.scrollTop;
    this.#isFollowing = !this.#chosen && this.#top + this.#viewHeight >= this.#spaceHeight - ROW_HEIGHT;
    this.refresh();
  }

  /** @param {HTMLElement | null} row */
  #clicked(row) {
    if (row) this.#choose(this.#log.shown[this.#first + this.#rows.indexOf(row)]);
  }

  /**
   * The arrow keys go from frame to frame, from the last in sight where none is chosen.
   *
   * @param {KeyboardEvent} event
   */
  #stepped(event) {
    const step = STEPS[event.key];
    if (event.key === "Escape") this.#detail.close();
    if (!step) return;
    event.preventDefault();
    const { shown } = this.#log;
    const before = this.#chosen ? shown.indexOf(this.#chosen) : Math.min(this.#first + this.#inSight, shown.length);
    const index = Math.min(Math.max(before + step, 0), shown.length - 1);
    this.#choose(shown[index]);
    this.#reveal(index);
  }

  /** @param {import("./frame_log.js").LoggedFrame | undefined} frame */
  #choose(frame) {
    if (!frame) return;
    this.#chosen = frame;
    this.#isFollowing = false;
    this.#detail.show(frame);
    this.refresh();
  }

  /** @param {boolean} hadFocus */
  #closed(hadFocus) {
    this.#chosen = undefined;
    if (hadFocus) this.#scroller.focus();
    this.refresh();
  }

  /** @param {number} index */
  #reveal(index) {
    const top = index * ROW_HEIGHT;
    this.#scroll(Math.max(Math.min(this.#top, top), top + ROW_HEIGHT - this.#viewHeight));
  }

  /** @param {number} top px */
  #scroll(top) {
    if (top === this.#top) return;
    this.#scroller.scrollTop = top;
    this.#top = top;
  }

  /** How many rows the reader sees in full. */
  get #inSight() {
    return Math.floor(this.#viewHeight / ROW_HEIGHT);
  }

  #paint() {
    if (!isInSight(this.#scroller)) return;
    const { shown, dropped } = this.#log;
    this.#grow(shown.length * ROW_HEIGHT);
    const end = Math.max(this.#spaceHeight - this.#viewHeight, 0);
    const gone = (dropped - this.#droppedBefore) * ROW_HEIGHT;
    this.#scroll(this.#isFollowing ? end : Math.max(this.#top - gone, 0));
    this.#droppedBefore = dropped;
    this.#newest.hidden = this.#isFollowing;
    this.#paintRows(shown);
    this.#tellCount(shown.length);
  }

  /** @param {number} height px */
  #grow(height) {
    if (height === this.#spaceHeight) return;
    this.#space.style.height = `${height}px`;
    this.#spaceHeight = height;
  }

  /** @param {readonly import("./frame_log.js").LoggedFrame[]} shown */
  #paintRows(shown) {
    this.#first = Math.floor(this.#top / ROW_HEIGHT);
    const needed = this.#inSight + 2; // one may be cut at each edge
    while (this.#rows.length < needed) this.#rows.push(this.#newRow());
    this.#rows.forEach((row, place) => {
      const frame = shown[this.#first + place];
      row.hidden = !frame || place >= needed;
      if (frame) paintRow(row, frame, this.#first + place);
      row.classList.toggle("chosen", Boolean(frame) && frame === this.#chosen);
    });
  }

  #newRow() {
    const cells = ["time", "direction", "type", "channel", "text"].map((name) => element("span", { class: `frame-${name}` }));
    const row = element("div", { class: "frame-row" }, ...cells);
    cells[1].setAttribute("role", "img");
    this.#space.append(row);
    return row;
  }

  /** @param {number} count */
  #tellCount(count) {
    const paused = this.#log.isPaused ? `paused, ${this.#log.passed} passed` : "";
    setText(this.#count, paused || formatQuantity(count, "frame"));
  }
}

/**
 * @param {HTMLElement} row
 * @param {import("./frame_log.js").LoggedFrame} frame
 * @param {number} index
 */
function paintRow(row, frame, index) {
  const [time, direction, type, channel, text] = row.children;
  const { description } = frame;
  row.dataset.kind = description.kind;
  row.dataset.direction = frame.direction;
  row.style.transform = `translateY(${index * ROW_HEIGHT}px)`;
  setText(time, shownZone().textAt(frame.time).slice(11, 23));
  setText(direction, ARROWS[frame.direction]);
  direction.setAttribute("aria-label", DIRECTIONS[frame.direction]);
  setText(type, description.type);
  setText(channel, description.channel);
  setText(text, description.detail.slice(0, LONGEST_TEXT));
}
