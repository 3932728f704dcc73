/** The chart library, loaded where a page draws, and its looks in the page's colours. */
import { secondsOf } from "./chart_time.js";
import { paletteOf } from "./palette.js";
import { zonedBehavior, zonedTexts } from "./zoned_axis.js";

/** The standalone build, seen from two folders below `/static/`: the other one imports a bare name, which a browser can't find. */
const LIBRARY = "../../vendor/lightweight-charts/lightweight-charts.standalone.production.mjs";
/** Room for `60,000.00`, from the start: wider once prices come, the axis would push the candles aside. */
const PRICE_AXIS_PIXELS = 78;

/** The chart library is not there, or not whole: npm was interrupted, or the network was. */
export class ChartLibraryError extends Error {
  /** @param {unknown} cause what the browser said */
  constructor(cause) {
    super("The chart library could not be loaded: reload the page; if that doesn't help, run make setup", { cause });
    this.name = "ChartLibraryError";
  }
}

/**
 * A file that was cut off parses badly, and one that is empty parses well but has nothing in it.
 *
 * @returns {Promise<typeof import("lightweight-charts")>}
 * @throws {ChartLibraryError}
 */
export async function loadChartLibrary() {
  try {
    const library = await import(LIBRARY);
    if (!library.createChart) throw new SyntaxError(`${LIBRARY} has no createChart`);
    return library;
  } catch (error) {
    throw new ChartLibraryError(error);
  }
}

/**
 * The library's own logo brings a style element, which a strict Content-Security-Policy refuses: the page's foot has
 * the link to TradingView instead.
 *
 * @param {HTMLElement} container which the chart fills, whatever its size
 * @param {typeof import("lightweight-charts")} library
 */
export function newChart(container, library) {
  const behavior = zonedBehavior(library);
  const chart = library.createChartEx(container, behavior, { autoSize: true, layout: { attributionLogo: false } });
  chart.applyOptions(zonedTexts(() => chart.options().timeScale.timeVisible));
  return chart;
}

/**
 * @param {typeof import("lightweight-charts")} library
 * @returns {import("lightweight-charts").DeepPartial<import("lightweight-charts").ChartOptions>} ground, grid, axes and
 *   crosshair in the present theme
 */
export function chartLooks(library) {
  const { muted, panel, line, label } = paletteOf(["muted", "panel", "line", "label"]);
  return {
    layout: {
      background: { color: panel },
      textColor: muted,
      fontFamily: getComputedStyle(document.documentElement).fontFamily,
      fontSize: 11,
      panes: { separatorColor: line, separatorHoverColor: label },
    },
    grid: { vertLines: { color: line }, horzLines: { color: line } },
    rightPriceScale: { borderColor: line, minimumWidth: PRICE_AXIS_PIXELS },
    timeScale: { borderColor: line },
    crosshair: {
      mode: library.CrosshairMode.Normal,
      vertLine: { color: muted, labelBackgroundColor: label },
      horzLine: { color: muted, labelBackgroundColor: label },
    },
  };
}

/** @param {Record<string, string>} colours with `up` and `down` */
export function candleLooks({ up, down }) {
  return {
    ...{ upColor: up, borderUpColor: up, wickUpColor: up },
    ...{ downColor: down, borderDownColor: down, wickDownColor: down },
  };
}

/** @param {import("../market_data/rest.js").Candle} candle as the library takes it: its time in seconds */
export function barOf({ time, open, high, low, close }) {
  return { time: secondsOf(time), open, high, low, close };
}
