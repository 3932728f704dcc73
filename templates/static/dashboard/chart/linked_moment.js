/**
 * The moment that the page's address names, such as an alert's firing: older candles are read up to it, and then it is
 * marked in the chart. The panel's canvas tells it in `data-firing` once it is.
 */
import { byId } from "../../shared/elements.js";
import { setData } from "../../shared/painting.js";

const MOST_PAGES = 20; // of older candles

export class LinkedMoment {
  #canvas = byId("chart-canvas");
  #chart;
  /** @type {number | undefined} the moment that is to be in sight, ms */
  #at;
  #pages = 0;
  #isLeft = false;

  /**
   * @param {{older: (first: number) => void, mark: (at: number | null) => void, miss: (isMissed: boolean) => void}} chart
   *   reads what is older than a candle; marks a moment, or none; says that the moment is older than what it can show
   */
  constructor(chart) {
    this.#chart = chart;
  }

  /** Whether its candle isn't there yet. */
  get isSought() {
    return this.#at !== undefined;
  }

  /** @param {number | undefined} at ms; undefined: the address names none */
  begin(at) {
    this.#isLeft = "firing" in this.#canvas.dataset;
    delete this.#canvas.dataset.firing;
    this.#at = at;
    this.#pages = 0;
    this.#chart.mark(null);
    this.#chart.miss(false);
  }

  /** @returns {boolean} whether the chart stands where a former moment was; told once */
  isLeft() {
    const isLeft = this.#isLeft;
    this.#isLeft = false;
    return isLeft;
  }

  /**
   * Bring it into sight once its candle is there: older ones are read up to it, as far as there are any.
   *
   * @param {number | undefined} first the opening of the oldest candle, ms
   * @param {{isOldest?: boolean}} [candle] whether there is none before it
   */
  seek(first, { isOldest = false } = {}) {
    const at = this.#at;
    if (at === undefined || first === undefined) return;
    if (first > at && !isOldest && this.#pages < MOST_PAGES) {
      this.#pages += 1;
      this.#chart.older(first);
      return;
    }
    this.#at = undefined;
    if (first > at) this.#chart.miss(true);
    else this.#mark(at);
  }

  /** @param {number} at ms */
  #mark(at) {
    this.#chart.mark(at);
    setData(this.#canvas, "firing", String(at));
  }
}
