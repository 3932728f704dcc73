/**
 * The second market that the reader compares the chart's with: its choice, which the browser keeps, its closes as they are
 * read and told, its price as the watch list tells it, its line.
 */
import { ChannelSet } from "../../../shared/channels/channel_set.js";
import { byId } from "../../../shared/elements.js";
import { onMarketData } from "../../../shared/market_data/market_data.js";
import { MOST_CANDLES_AT_ONCE, RestError, fetchHistory, isAbort } from "../../../shared/market_data/rest.js";
import { element, setText } from "../../../shared/painting.js";
import { Retry } from "../../../shared/retry.js";
import { storageOfBrowser } from "../../../shared/session/session_store.js";
import { inCommonFrame } from "../../common_frames.js";
import { HeardPrices } from "../../market_data/heard_prices.js";
import { ComparedCloses } from "./compared_closes.js";

/** @typedef {import("../../../../types/market.js").Symbol} SymbolInfo */

const KEY = "tidewire.compare";

export class Comparison {
  #select = byId("compare", "select");
  #note = byId("compare-note");
  #scale = byId("display-scale-choice", "fieldset");
  #storage = storageOfBrowser();
  #channels;
  /** @type {Map<string, SymbolInfo>} */
  #symbols = new Map();
  #selection = { symbol: "", interval: "1m" };
  /** @type {import("../candle_chart.js").CandleChart | undefined} */
  #chart;
  #closes = new ComparedCloses(async () => []);
  #request = new AbortController();
  #retry = new Retry();
  #prices = new HeardPrices();
  #settle = inCommonFrame({ prepare: () => this.#follow() });
  #moved;

  /** @param {import("../../../client/client.js").TidewireClient} client @param {() => void} moved told that its price is another one */
  constructor(client, moved) {
    this.#moved = moved;
    this.#channels = new ChannelSet(client);
    this.#select.addEventListener("change", () => this.choose(this.#select.value));
    onMarketData(client, "kline", (kline) => this.#take(kline));
    onMarketData(client, "price", (data) => this.#hear(data));
  }

  /** At first the one that was kept is chosen, to be drawn with what the chart shows. @param {SymbolInfo[]} symbols that there are */
  offer(symbols) {
    const isFirst = !this.#symbols.size;
    this.#symbols = new Map(symbols.map((info) => [info.symbol, info]));
    const [none] = this.#select.options;
    const value = isFirst ? (this.#storage.getItem(KEY) ?? "") : this.#select.value;
    this.#select.replaceChildren(none, ...symbols.map((info) => element("option", { value: info.symbol }, nameOf(info))));
    if (this.#symbols.has(value)) this.#select.value = value;
    else if (value) this.#begin(); // it isn't compared any more
  }

  /** The symbol that is chosen; empty: none. */
  get symbol() {
    return this.#select.value;
  }

  /** @param {string} symbol where there is none of that name, nothing is compared */
  choose(symbol) {
    this.#select.value = this.#symbols.has(symbol) ? symbol : "";
    this.#storage.setItem(KEY, this.#select.value);
    this.#begin();
  }

  /** @param {import("../candle_chart.js").CandleChart} chart */
  drawOn(chart) {
    this.#chart = chart;
    chart.compared.onReach((time) => this.#beginAt(time));
    this.#begin();
  }

  /** @param {import("../../selection.js").Selection} selection that the chart shows */
  show(selection) {
    this.#selection = selection;
    this.#chart?.compared.show([]); // closes of the new interval aren't wanted for the candles of the old one
    this.#begin();
  }

  /** Read it once more, as some may be missing after a break. */
  reload() {
    this.#begin();
  }

  #begin() {
    this.#request.abort();
    this.#request = new AbortController();
    this.#retry.stop();
    const info = this.#symbols.get(this.#select.value);
    const isOther = info !== undefined && info.symbol !== this.#selection.symbol;
    this.#channels.replace(isOther ? [`klines:${info.symbol}:${this.#selection.interval}`, `price:${info.symbol}`] : []);
    if (isOther && this.#scale.contains(document.activeElement)) this.#select.focus(); // rather than to nowhere
    this.#scale.disabled = isOther;
    setText(this.#note, info && !isOther ? "The chart shows this market already." : "");
    this.#draw(isOther ? info : undefined);
    this.#settle();
  }

  /** @param {SymbolInfo | undefined} info undefined: none */
  #draw(info) {
    const { interval } = this.#selection;
    const { signal } = this.#request;
    const closes = new ComparedCloses((end) => fetchHistory(info?.symbol ?? "", interval, { end, limit: MOST_CANDLES_AT_ONCE, signal }));
    this.#closes = closes;
    const told = { closeAt: (/** @type {number} */ time) => closes.at(time), priceNow: () => this.#priceNow };
    this.#chart?.compare(info && { name: nameOf(info), tickSize: Number(info.tickSize), ...told });
  }

  /** @param {number} time of the chart's first candle, ms */
  #beginAt(time) {
    this.#closes.forgetBefore(time);
    this.#reach(time);
  }

  /** @param {number} time ms */
  async #reach(time) {
    const closes = this.#closes;
    try {
      const isNew = await closes.reach(time);
      if (isNew && closes === this.#closes) this.#chart?.compared.changed(time);
      if (closes === this.#closes) setText(this.#note, "");
    } catch (error) {
      if (!(error instanceof RestError) && !isAbort(error)) throw error;
      if (error instanceof RestError && closes === this.#closes) this.#fail(error, time);
    }
  }

  /** @param {RestError} error @param {number} time */
  #fail({ message }, time) {
    setText(this.#note, `Its history is not available: ${message}. Trying again…`);
    this.#retry.later(() => this.#reach(time));
  }

  /** One that is no news any more is older than what is read of the closes. */
  get #priceNow() {
    const told = this.#prices.of(this.symbol);
    return told && !told.isOld ? told.price : undefined;
  }

  /** @param {{symbol: string, price: number}} data */
  #hear({ symbol, price }) {
    if (Number.isFinite(price)) this.#prices.hear(symbol, price);
    if (symbol !== this.symbol) return;
    this.#settle();
    this.#moved();
  }

  /** The chart's library draws with the next frame, in which the watch list and the legend are painted. */
  #follow() {
    this.#prices.settle();
    this.#chart?.compared.moved();
  }

  /** @param {import("@tidewire/client/protocol").Kline} kline */
  #take({ symbol, interval, time, close }) {
    if (symbol !== this.#select.value || interval !== this.#selection.interval || symbol === this.#selection.symbol) return;
    this.#closes.take({ time, close });
    this.#chart?.compared.changed(time);
  }
}

/** @param {SymbolInfo} info */
function nameOf({ base, quote }) {
  return `${base}/${quote}`;
}
