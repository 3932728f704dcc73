/** Candles and volumes drawn by lightweight-charts, in the page's colours. */
import { decimalsOfStep } from "./format.js";
import { isWithinDay } from "./intervals.js";

/** @typedef {import("./rest.js").Candle} Candle */

/** The standalone build: the other one imports a bare name, which a browser can't find. */
const LIBRARY = "../vendor/lightweight-charts/lightweight-charts.standalone.production.mjs";
const BAR_SPACING = 8;
const FREE_BARS_AT_THE_RIGHT = 4;

/** The chart library is not there, or not whole: npm was interrupted, or the network was. */
export class ChartLibraryError extends Error {
  /** @param {unknown} cause what the browser said */
  constructor(cause) {
    super("The chart library could not be loaded: reload the page; if that doesn't help, run make setup", { cause });
    this.name = "ChartLibraryError";
  }
}

export class CandleChart {
  #library;
  #chart;
  #candles;
  #volumes;
  #colours;

  /**
   * @param {HTMLElement} container which the chart fills, whatever its size
   * @throws {ChartLibraryError}
   */
  static async create(container) {
    return new CandleChart(container, await loadLibrary());
  }

  constructor(container, library) {
    this.#library = library;
    // The library's own logo brings a style element, which a strict Content-Security-Policy refuses: the page's
    // foot has the link to TradingView instead.
    this.#chart = library.createChart(container, { autoSize: true, layout: { attributionLogo: false } });
    this.#candles = this.#chart.addSeries(library.CandlestickSeries, {});
    this.#volumes = this.#chart.addSeries(library.HistogramSeries, {
      priceFormat: { type: "volume" },
      priceScaleId: "volume",
      lastValueVisible: false,
      priceLineVisible: false,
    });
    this.#chart.priceScale("volume").applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
    this.#chart.priceScale("right").applyOptions({ scaleMargins: { top: 0.1, bottom: 0.22 } });
    this.#paint();
    matchMedia("(prefers-color-scheme: light)").addEventListener("change", () => this.#paint());
  }

  /** @param {(time: number | null) => void} handler the opening of the candle under the pointer, ms, or null */
  onPointer(handler) {
    this.#chart.subscribeCrosshairMove(({ time }) => handler(time === undefined ? null : time * 1000));
  }

  /** @param {(before: number) => void} handler how many candles are left of the view; less than none: empty space */
  onScroll(handler) {
    this.#chart.timeScale().subscribeVisibleLogicalRangeChange((range) => range && handler(range.from));
  }

  /** How many candles are left of the view; undefined before there are any. */
  get before() {
    return this.#chart.timeScale().getVisibleLogicalRange()?.from;
  }

  /**
   * @param {Candle[]} candles oldest first; the view stays at its distance from the last
   * @param {{tickSize: number, interval: string, keepView: boolean}} options
   */
  show(candles, { tickSize, interval, keepView }) {
    this.#candles.applyOptions({ priceFormat: priceFormat(tickSize) });
    this.#chart.timeScale().applyOptions({ timeVisible: isWithinDay(interval), secondsVisible: interval === "1s" });
    this.#candles.setData(candles.map(bar));
    this.#volumes.setData(candles.map((candle) => this.#volume(candle)));
    if (keepView) return;
    this.#chart.priceScale("right").applyOptions({ autoScale: true });
    this.#chart.timeScale().applyOptions({ barSpacing: BAR_SPACING, rightOffset: FREE_BARS_AT_THE_RIGHT });
    this.#chart.timeScale().scrollToRealTime();
  }

  /**
   * @param {Candle} candle
   * @param {boolean} earlier whether it replaces one before the last
   */
  update(candle, earlier) {
    this.#candles.update(bar(candle), earlier);
    this.#volumes.update(this.#volume(candle), earlier);
  }

  #volume(candle) {
    const { time, open, close, volume } = candle;
    return { time: time / 1000, value: volume, color: this.#colours[close < open ? "down-volume" : "up-volume"] };
  }

  #paint() {
    const style = getComputedStyle(document.documentElement);
    const names = ["text", "muted", "panel", "line", "up", "down", "up-volume", "down-volume", "label"];
    this.#colours = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
    const { muted, panel, line, up, down, label } = this.#colours;
    this.#chart.applyOptions({
      layout: { background: { color: panel }, textColor: muted, fontFamily: style.fontFamily, fontSize: 11 },
      grid: { vertLines: { color: line }, horzLines: { color: line } },
      rightPriceScale: { borderColor: line },
      timeScale: { borderColor: line },
      crosshair: {
        mode: this.#library.CrosshairMode.Normal,
        vertLine: { color: muted, labelBackgroundColor: label },
        horzLine: { color: muted, labelBackgroundColor: label },
      },
    });
    this.#candles.applyOptions({
      ...{ upColor: up, borderUpColor: up, wickUpColor: up },
      ...{ downColor: down, borderDownColor: down, wickDownColor: down },
    });
  }
}

/** A file that was cut off parses badly, and one that is empty parses well but has nothing in it. */
async function loadLibrary() {
  try {
    const library = await import(LIBRARY);
    if (!library.createChart) throw new SyntaxError(`${LIBRARY} has no createChart`);
    return library;
  } catch (error) {
    throw new ChartLibraryError(error);
  }
}

/** @param {Candle} candle as the library takes it: its time in seconds */
function bar({ time, open, high, low, close }) {
  return { time: time / 1000, open, high, low, close };
}

function priceFormat(tickSize) {
  return { type: "price", precision: decimalsOfStep(tickSize), minMove: Number(tickSize) || 0.01 };
}
