/**
 * The candles of a market, live, on which lines, fills and signals are drawn. The canvas tells its state in `data-state`
 * (`nothing`, `loading`, `ready`, `error`, `unavailable`), `data-symbol`, `data-candles` and `data-lines`.
 */
import { Candles } from "../candles.js";
import { dispensable } from "../dispensable_candles.js";
import { onMarketData } from "../../market_data/market_data.js";
import { watchChartKeys } from "../chart_keys.js";
import { byId } from "../../elements.js";
import { RestError, fetchHistory, isAbort } from "../../market_data/rest.js";
import { element, oncePerFrame, setData, setText } from "../../painting.js";
import { Retry } from "../../retry.js";
import { MarketChart } from "./market_chart.js";

/** @typedef {import("../../market_data/rest.js").Candle} Candle */
/** @typedef {import("../../../../types/market.js").Symbol} SymbolInfo */

export class MarketPanel {
  #panel = byId("market");
  #canvas = byId("market-canvas");
  #note = byId("market-note");
  #interval = byId("market-interval", "select");
  #client;
  #changed;
  /** @type {MarketChart | undefined} */
  #chart;
  /** @type {SymbolInfo | null} */
  #info = null;
  #candles = new Candles();
  /** @type {Candle[] | null} what came while the history was on its way */
  #early = null;
  #channel = "";
  #request = new AbortController();
  #retry = new Retry();
  /** @type {import("../chart_levels.js").DrawnLevel[]} */
  #lines = [];
  /** @type {import("../../../../types/instances.js").InstanceFill[]} */
  #fills = [];
  /** @type {import("../../../../types/instances.js").Signal[]} */
  #signals = [];
  #tellChanged = oncePerFrame(() => this.#changed());

  /**
   * @param {import("../../../client/client.js").TidewireClient} client
   * @param {() => void} changed told that there are other candles than before
   * @param {{intervals: readonly string[], interval: string}} options those that are offered, and the first that is shown
   */
  constructor(client, changed, { intervals, interval }) {
    this.#client = client;
    this.#changed = changed;
    this.#interval.append(...intervals.map((value) => element("option", { value }, value)));
    this.#interval.value = interval;
    this.#interval.addEventListener("change", () => this.#open());
    onMarketData(client, "kline", (kline) => this.#update(kline));
    client.on("resync", ({ channel }) => channel === this.#channel && this.reload());
  }

  /** @param {typeof import("lightweight-charts")} library */
  drawWith(library) {
    this.#chart = new MarketChart(this.#canvas, library);
    watchChartKeys(this.#panel, this.#chart);
    this.#draw(false);
    this.#chart.showLines(this.#lines);
    this.#chart.showFills(this.#fills);
    this.#chart.showSignals(this.#signals);
  }

  get candles() {
    return this.#candles.all;
  }

  get interval() {
    return this.#interval.value;
  }

  /** @returns {SymbolInfo | null} whose candles are shown */
  get info() {
    return this.#info;
  }

  /** @param {SymbolInfo | null} info null: none is chosen @param {string} [interval] which the reader may change */
  show(info, interval = this.interval) {
    if (info?.symbol === this.#info?.symbol && interval === this.interval) return;
    this.#info = info;
    this.#interval.value = interval;
    this.#open();
  }

  /** Read the newest candles once more, as some may be missing after a break. */
  reload() {
    if (this.#info) this.#load(true);
  }

  /** @param {import("../chart_levels.js").DrawnLevel[]} lines @param {string} said what they are */
  showLines(lines, said) {
    this.#lines = lines;
    this.#chart?.showLines(lines);
    setData(this.#canvas, "lines", String(lines.length));
    setText(byId("market-said"), said);
  }

  /** @param {import("../../../../types/instances.js").InstanceFill[]} fills oldest first */
  showFills(fills) {
    this.#fills = fills;
    this.#chart?.showFills(fills);
    setData(this.#canvas, "fills", String(fills.length));
  }

  /** @param {import("../../../../types/instances.js").Signal[]} signals */
  showSignals(signals) {
    this.#signals = signals;
    this.#chart?.showSignals(signals);
    setData(this.#canvas, "signals", String(signals.length));
  }

  #open() {
    this.#candles = new Candles();
    this.#draw(false);
    if (this.#channel) this.#client.unsubscribe([this.#channel]);
    this.#channel = this.#info ? `klines:${this.#info.symbol}:${this.interval}` : "";
    if (this.#channel) this.#client.subscribe([this.#channel]);
    setText(byId("market-title"), this.#info ? `${this.#info.base}/${this.#info.quote}` : "Chart");
    setData(this.#canvas, "symbol", this.#info?.symbol ?? "");
    this.#mark({ simulated: false, stale: false });
    if (this.#info) this.#load(false);
    else this.#tell("nothing", "Choose a pair, and its candles are drawn here.");
  }

  /** @param {boolean} keepView */
  async #load(keepView) {
    this.#request.abort();
    this.#retry.stop();
    this.#request = new AbortController();
    this.#early = [];
    const { signal } = this.#request;
    if (!keepView) this.#tell("loading", "Loading the history…");
    try {
      const candles = await fetchHistory(this.#info?.symbol ?? "", this.interval, { signal });
      if (!signal.aborted) this.#loaded(candles, keepView);
    } catch (error) {
      if (!(error instanceof RestError) && !isAbort(error)) throw error;
      if (error instanceof RestError && !signal.aborted) this.#failed(error.message);
    }
  }

  /** @param {Candle[]} candles @param {boolean} keepView */
  #loaded(candles, keepView) {
    this.#candles.refresh(candles);
    this.#takeEarly();
    this.#draw(keepView);
    this.#tell("ready", this.#candles.length ? "" : "There is no history yet.");
  }

  /** @param {string} message */
  #failed(message) {
    this.#takeEarly();
    this.#tell("error", `The history is not available: ${message}. Trying again…`);
    this.#retry.later(() => this.#load(this.#candles.length > 0));
  }

  #takeEarly() {
    for (const candle of this.#early ?? []) this.#candles.take(candle);
    this.#early = null;
  }

  /** @param {import("@tidewire/client/protocol").Kline} kline */
  #update({ symbol, interval, time, open, high, low, close, volume, ...marks }) {
    if (symbol !== this.#info?.symbol || interval !== this.interval) return;
    const candle = { time, open, high, low, close, volume };
    if (!marks.repaired) this.#mark(marks);
    if (this.#early) {
      this.#early.push(candle);
      return;
    }
    const place = this.#candles.take(candle);
    if (place === "newest") this.#chart?.update(candle);
    if (this.#forgetsOldest() || place === "earlier" || place === "inserted") this.#draw(true);
    setData(this.#canvas, "candles", String(this.#candles.length));
    this.#tellChanged();
  }

  /** @returns {boolean} whether any has gone, so that all is to be drawn anew */
  #forgetsOldest() {
    const { length } = this.#candles;
    const count = this.#chart ? dispensable({ length, needed: 0 }, this.#chart.outOfSight) : 0;
    if (count) this.#candles.forget(count);
    return count > 0;
  }

  /** @param {{simulated?: boolean, source?: string, stale?: boolean}} marks what the server says of its own data */
  #mark({ simulated = false, source = "", stale = false }) {
    byId("market-simulated").hidden = !simulated && source !== "simulator";
    byId("market-stale").hidden = !stale;
  }

  /** @param {boolean} keepView */
  #draw(keepView) {
    this.#chart?.show(this.#candles.all, { tickSize: this.#info?.tickSize, interval: this.interval, keepView });
    setData(this.#canvas, "candles", String(this.#candles.length));
    this.#tellChanged();
  }

  /** @param {string} state @param {string} text in place of the candles; empty: they are there */
  #tell(state, text) {
    setData(this.#canvas, "state", state);
    this.#note.hidden = !text;
    setText(this.#note, text);
  }
}
