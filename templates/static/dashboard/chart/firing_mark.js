/** The mark at the candle in which an alert has fired, for whoever comes by the link of its mail. */
import { secondsOf } from "../../shared/chart/chart_time.js";
import { paletteOf } from "../../shared/chart/palette.js";
import { formatTime } from "../../shared/format.js";

/** @typedef {import("lightweight-charts").ISeriesApi<import("lightweight-charts").SeriesType>} Series */
/** @typedef {{time: number, candle: number}} Firing when it was, and when its candle opened; ms */

export class FiringMark {
  #library;
  #series;
  /** @type {Firing | null} */
  #firing = null;
  /** @type {import("lightweight-charts").ISeriesMarkersPluginApi<import("lightweight-charts").Time> | null} */
  #marks = null;

  /** @param {typeof import("lightweight-charts")} library @param {Series} series of the prices */
  constructor(library, series) {
    this.#library = library;
    this.#series = series;
  }

  /** @param {Firing | null} firing null: none is marked */
  show(firing) {
    this.#firing = firing;
    this.paint();
  }

  /** @param {Series} series that is there in place of the former, which is gone with its mark */
  moveTo(series) {
    this.#series = series;
    this.#marks = null;
    this.paint();
  }

  paint() {
    if (!this.#firing && !this.#marks) return;
    this.#marks ??= this.#library.createSeriesMarkers(this.#series, []);
    this.#marks.setMarkers(this.#firing ? [markOf(this.#firing)] : []);
  }
}

/** @param {Firing} firing @returns {import("lightweight-charts").SeriesMarker<import("lightweight-charts").Time>} */
function markOf({ time, candle }) {
  const { accent } = paletteOf(["accent"]);
  return { time: secondsOf(candle), position: "aboveBar", shape: "arrowDown", size: 1.5, color: accent, text: `Fired ${formatTime(time)}` };
}
