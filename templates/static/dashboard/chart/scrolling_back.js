/**
 * What is there for a reader who scrolls back: older candles are read before they come into sight, up to the moment that
 * the page's address names, and those that are long out of sight go again. A button leads back to the newest.
 */
import { dispensable } from "../../shared/chart/dispensable_candles.js";
import { LinkedMoment } from "./linked_moment.js";
import { NewestButton } from "./newest_button.js";
import { OlderCandles } from "./older_candles.js";
import { OlderNote } from "./older_note.js";

/** With fewer candles left before the view the next page is read. */
const CANDLES_AHEAD = 60;

/** @typedef {import("../../shared/market_data/rest.js").Candle} Candle */

export class ScrollingBack {
  #candles;
  #isShown;
  #draw;
  /** @type {import("./candle_chart.js").CandleChart | undefined} */
  #chart;
  /** @type {NewestButton | undefined} */
  #newest;
  #note = new OlderNote();
  #older;
  #moment = new LinkedMoment({
    older: (first) => this.#older.want(first),
    mark: (at) => this.#chart?.markFiring(at),
    miss: (isMissed) => this.#note.miss(isMissed),
  });
  /** Whether what indicators need of before those in sight is read, too. */
  #readsAhead = false;

  /**
   * @param {object} panel
   * @param {import("./live_candles.js").LiveCandles} panel.candles
   * @param {(end: number, signal: AbortSignal) => Promise<Candle[]>} panel.read see `OlderCandles`
   * @param {() => boolean} panel.isShown whether the history is drawn
   * @param {() => void} panel.draw draws the candles anew, which have become more, and keeps the view
   */
  constructor({ candles, read, isShown, draw }) {
    this.#candles = candles;
    this.#isShown = isShown;
    this.#draw = draw;
    this.#older = new OlderCandles({
      read,
      add: (page) => this.#prepend(page),
      tell: (state, problem) => this.#tell(state, problem),
    });
  }

  /** @param {import("./candle_chart.js").CandleChart} chart */
  attach(chart) {
    this.#chart = chart;
    this.#newest = new NewestButton(chart);
    chart.onScroll(() => this.scrolled());
  }

  /** Begin with other candles. @param {number | undefined} at the moment that is to be in sight, ms; undefined: none is */
  begin(at) {
    this.#readsAhead = false;
    this.#older.reset();
    this.#moment.begin(at);
  }

  /** The first candle is another one, or there is none: what is under way is given up. */
  reset() {
    this.#older.reset();
  }

  /** Where the chart stands at a moment that isn't asked for any more, show the newest. */
  leaveMoment() {
    if (this.#moment.isLeft()) this.#chart?.scrollToNewest(); // at once: on the way there older candles would be asked for
  }

  /** The view has moved, or what is in it has changed. */
  scrolled() {
    if (!this.#chart) return;
    const { before, after } = this.#chart.outOfSight;
    const { needed, reachesBack } = this.#chart.indicators;
    const isNear = before < CANDLES_AHEAD + (this.#readsAhead ? needed : 0) || reachesBack;
    if (this.#isReady && isNear && this.#candles.first) this.#older.want(this.#candles.first.time);
    this.#note.markEdge(before < 1 || this.#moment.isSought);
    this.#newest?.show(after);
  }

  /** Bring the moment that the address names into sight, where there is one. */
  seek() {
    if (this.#chart && this.#isReady) this.#moment.seek(this.#candles.first?.time, { isOldest: this.#older.isComplete });
  }

  /** What indicators need of before those in sight is read once the price is there, for which a reader waits. */
  readAhead() {
    if (this.#readsAhead) return;
    this.#readsAhead = true;
    this.scrolled();
  }

  /** They are read again where the reader scrolls back to them; up to the moment that is to be in sight none goes. */
  forgetOldest() {
    const { length, isWaiting } = this.#candles;
    if (!this.#chart || isWaiting || this.#older.isReading || this.#moment.isSought) return;
    const { needed: neededBefore, neededOfSession: needed } = this.#chart.indicators;
    const count = dispensable({ length, needed, neededBefore }, this.#chart.outOfSight);
    if (!count) return;
    this.#candles.forget(count);
    this.#older.reset();
  }

  get #isReady() {
    return this.#isShown() && !this.#candles.isWaiting;
  }

  /** @param {Candle[]} page */
  #prepend(page) {
    const added = this.#candles.prepend(page);
    if (added) this.#draw();
    return added;
  }

  /** @param {import("./older_candles.js").State} state @param {string} [problem] */
  #tell(state, problem = "") {
    this.#note.tell(state, problem);
    // A page that was drawn moves nothing, so that no scrolling tells whether the next one is wanted.
    if (state === "idle" || state === "complete") requestAnimationFrame(() => this.#goOn());
  }

  #goOn() {
    this.scrolled();
    this.seek();
  }
}
