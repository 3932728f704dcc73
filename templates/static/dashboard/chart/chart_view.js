/** Which part of the candles is in sight, and how wide they are: scrolled and zoomed within bounds. */
import { oncePerFrame } from "../../shared/painting.js";
import { boundedPosition, freeBarsAtTheRight, positionWithMargin } from "./view_bounds.js";

/** @typedef {import("lightweight-charts").LogicalRange} LogicalRange */

const BAR_SPACING = 8;
const NARROWEST_BAR = 1;
const WIDEST_BAR = 60;
/** The library's own rounding moves a view by less. */
const LEAST_MOVE = 1e-6;

export class ChartView {
  #scale;
  #countOf;
  /**
   * What was asked for since the last frame, and adds up: the library moves with its next frame, and tells the old
   * position until then.
   * @type {{position?: number, barSpacing?: number}}
   */
  #next = {};
  /** Where the view was when it moved last. */
  #former = { position: 0, free: 0 };
  #forgetNext = oncePerFrame(() => (this.#next = {}));

  /**
   * @param {import("lightweight-charts").IChartApi} chart
   * @param {() => number} countOf how many candles there are
   */
  constructor(chart, countOf) {
    this.#scale = chart.timeScale();
    this.#countOf = countOf;
    this.#scale.subscribeVisibleLogicalRangeChange((range) => range && this.#bound(range));
  }

  /** @param {number} bars to the future, or to the past where it is less than none */
  scroll(bars) {
    this.#scrollTo((this.#next.position ?? this.#scale.scrollPosition()) + bars);
  }

  /** At once: while it glides, the next key would begin from wherever it is. */
  scrollToNewest() {
    this.#scrollTo(freeBarsAtTheRight(this.#nextBarSpacing));
  }

  /** @param {number} index of a candle @param {number} share of the view that is to be at the right of it */
  scrollToCandle(index, share) {
    const { from, to } = this.#scale.getVisibleLogicalRange() ?? { from: 0, to: 0 };
    this.#scrollTo(index - (this.#countOf() - 1) + Math.round((to - from) * share));
  }

  /** The newest candles, as wide as at first. */
  begin() {
    this.#scale.applyOptions({ barSpacing: BAR_SPACING, rightOffset: freeBarsAtTheRight(BAR_SPACING) });
    this.#scale.scrollToRealTime();
  }

  /** @param {number} factor by which the candles grow wider, or narrower where it is less than 1 */
  zoom(factor) {
    const barSpacing = this.#nextBarSpacing * factor;
    const next = { barSpacing: Math.min(WIDEST_BAR, Math.max(NARROWEST_BAR, barSpacing)) };
    this.#moveTo(next);
    this.#scale.applyOptions(next);
  }

  /** Px from one candle to the next, as they are drawn. */
  get #barSpacing() {
    return this.#scale.options().barSpacing;
  }

  /** With the next frame. */
  get #nextBarSpacing() {
    return this.#next.barSpacing ?? this.#barSpacing;
  }

  /** @param {number} position of the newest candle, in candles */
  #scrollTo(position) {
    const range = this.#scale.getVisibleLogicalRange();
    const bounded = range ? this.#bounded(position, range, this.#nextBarSpacing) : position;
    this.#moveTo({ position: bounded });
    this.#scale.scrollToPosition(bounded, false);
  }

  /** The library draws with its next frame, and until then takes the view back from where it was dragged to. @param {LogicalRange} range */
  #bound(range) {
    const { position: before, free: freeBefore } = this.#former;
    const free = freeBarsAtTheRight(this.#barSpacing);
    const kept = positionWithMargin(this.#scale.scrollPosition(), { free, freeBefore, before });
    const bounded = this.#bounded(kept, range);
    this.#former = { position: bounded, free };
    if (Math.abs(bounded - this.#scale.scrollPosition()) > LEAST_MOVE) this.#scale.scrollToPosition(bounded, false);
  }

  /** @param {number} position @param {LogicalRange} range that is in sight @param {number} barSpacing px, with which the position is to be */
  #bounded(position, { from, to }, barSpacing = this.#barSpacing) {
    const width = ((to - from + 1) * this.#barSpacing) / barSpacing;
    return boundedPosition(position, { width, count: this.#countOf(), free: freeBarsAtTheRight(barSpacing) });
  }

  /** @param {{position?: number, barSpacing?: number}} view what the next frame brings */
  #moveTo(view) {
    Object.assign(this.#next, view);
    this.#forgetNext();
  }
}
