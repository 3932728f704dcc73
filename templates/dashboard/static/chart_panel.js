/**
 * The candle chart with its history, its live last candle and its states. The panel's canvas tells them in
 * `data-state` (`loading`, `ready`, `error`, `unavailable`), `data-symbol`, `data-interval` and `data-candles`.
 */
import { CandleChart } from "./candle_chart.js";
import { Candles } from "./candles.js";
import { decimalsOfStep, direction, formatCompact, formatNumber, formatPercent } from "./format.js";
import { element, oncePerFrame, setText } from "./painting.js";
import { fetchHistory } from "./rest.js";

const RETRY_MILLISECONDS = 5_000;

/** @typedef {import("./selection.js").Selection} Selection */
/** @typedef {import("./rest.js").Candle} Candle */

export class ChartPanel {
  #canvas = document.getElementById("chart-canvas");
  #notice = document.getElementById("chart-notice");
  #legend = document.getElementById("chart-legend");
  /** Why there is no chart, where none can be had. */
  #lack = document.body.dataset.chartLibrary === "true" ? "" : this.#notice.textContent.trim();
  /** @type {CandleChart | undefined} */
  #chart;
  #candles = new Candles();
  /** @type {Candle[] | null} what came while the history was on its way */
  #early = null;
  #info;
  /** @type {Selection} */
  #selection = { symbol: "", interval: "" };
  #request = new AbortController();
  #retry;
  #pointer = null;
  #paintLegend = oncePerFrame(() => this.#tellLegend());

  /** Load the chart library, and then show what was chosen meanwhile. The rest of the page lives without it. */
  async start() {
    this.#load({ keepView: false });
    if (this.#lack) return;
    await this.#createChart();
    this.#load({ keepView: false });
  }

  async #createChart() {
    try {
      this.#chart = await CandleChart.create(this.#canvas);
    } catch (error) {
      if (error.name !== "ChartLibraryError") throw error;
      console.warn(error);
      this.#lack = `${error.message}.`;
      return;
    }
    this.#chart.onPointer((time) => {
      this.#pointer = time;
      this.#paintLegend();
    });
  }

  /**
   * @param {import("./rest.js").Symbol} info
   * @param {Selection} selection
   */
  show(info, selection) {
    this.#info = info;
    this.#selection = selection;
    this.#candles = new Candles();
    this.#legend.replaceChildren();
    this.#canvas.setAttribute("aria-label", `Candle chart of ${info.base}/${info.quote}, ${selection.interval}`);
    this.#load({ keepView: false });
  }

  /** Read the history once more, as candles may be missing after a break. */
  reload() {
    if (this.#info) this.#load({ keepView: this.#candles.length > 0 });
  }

  /** @param {string} text in place of a chart: there is nothing to show */
  refuse(text) {
    this.#request.abort();
    clearTimeout(this.#retry);
    this.#info = undefined;
    this.#chart?.show([], { tickSize: 0.01, interval: "1m", keepView: false });
    this.#legend.replaceChildren();
    this.#enter("error", text);
  }

  /** @param {any} kline a frame's data */
  update(kline) {
    const { symbol, interval } = this.#selection;
    if (!this.#chart || kline.symbol !== symbol || kline.interval !== interval) return;
    const { time, open, high, low, close, volume } = kline;
    const candle = { time, open, high, low, close, volume };
    if (this.#early) this.#early.push(candle);
    else this.#take(candle);
  }

  #load({ keepView }) {
    this.#request.abort();
    clearTimeout(this.#retry);
    if (this.#lack) this.#enter("unavailable", this.#lack);
    else if (!this.#chart) this.#enter("loading", "Loading the chart…");
    else if (this.#info) this.#loadHistory(keepView);
  }

  async #loadHistory(keepView) {
    this.#request = new AbortController();
    this.#early = [];
    const { signal } = this.#request;
    if (!keepView) this.#enter("loading", "Loading the history…");
    try {
      const candles = await fetchHistory(this.#selection.symbol, this.#selection.interval, { signal });
      if (!signal.aborted) this.#loaded(candles, keepView);
    } catch (error) {
      if (error.name === "RestError" && !signal.aborted) this.#failed(error, keepView);
      else if (error.name !== "AbortError" && error.name !== "RestError") throw error;
    }
  }

  #loaded(candles, keepView) {
    this.#candles = new Candles(candles);
    this.#chart.show(candles, { tickSize: this.#info.tickSize, interval: this.#selection.interval, keepView });
    this.#enter("ready", candles.length ? "" : "There is no history yet.");
    this.#takeEarly();
  }

  /** Without history the live candles are drawn all the same, and the history is asked for again. */
  #failed({ message }, keepView) {
    this.#retry = setTimeout(() => this.reload(), RETRY_MILLISECONDS);
    if (!keepView) {
      this.#chart.show([], { tickSize: this.#info.tickSize, interval: this.#selection.interval, keepView });
      this.#enter("error", `The history is not available: ${message}. Trying again…`);
    }
    this.#takeEarly();
  }

  #takeEarly() {
    const early = this.#early ?? [];
    this.#early = null;
    for (const candle of early) this.#take(candle);
    this.#paintLegend();
  }

  #take(candle) {
    const place = this.#candles.take(candle);
    if (place === "unknown") return; // older than the history that is shown
    this.#chart.update(candle, place === "earlier");
    this.#canvas.dataset.candles = String(this.#candles.length);
    if (this.#canvas.dataset.state === "ready") this.#notice.hidden = true;
    this.#canvas.dataset.close = String(this.#candles.last.close);
    this.#paintLegend();
  }

  #enter(state, text) {
    const { symbol, interval } = this.#selection;
    Object.assign(this.#canvas.dataset, { state, symbol, interval, candles: String(this.#candles.length) });
    this.#notice.hidden = !text;
    setText(this.#notice.firstElementChild, text);
  }

  #tellLegend() {
    const candle = (this.#pointer && this.#candles.at(this.#pointer)) || this.#candles.last;
    if (!candle || !this.#info) return;
    const { open, high, low, close, volume } = candle;
    const price = (value) => formatNumber(value, decimalsOfStep(this.#info.tickSize));
    const figures = [["O", price(open)], ["H", price(high)], ["L", price(low)], ["C", price(close)]];
    const change = formatPercent(((close - open) / open) * 100);
    this.#legend.dataset.direction = direction(close - open);
    this.#legend.replaceChildren(
      ...[...figures, ["Vol", formatCompact(volume)], ["", change]].map(([name, text]) =>
        element("span", {}, name, element("b", {}, text)),
      ),
    );
  }
}
