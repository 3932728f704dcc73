/**
 * The chosen market on the screen: what comes of it makes a state, from which all that shows it is painted.
 */
import { onMarketData } from "../shared/market_data/market_data.js";
import { oncePerFrame } from "../shared/painting.js";
import { isDeep } from "./book/deep_book.js";
import { inCommonFrame, isolated } from "./common_frames.js";
import { MarketState } from "./market_data/market_state.js";

/** @typedef {{paint: (state: MarketState) => void}} Part which shows something of the state of its market */
/** @typedef {Pick<import("./chart/chart_panel.js").ChartPanel, "update" | "trade" | "draw" | "tell">} Chart */

export class MarketScreen {
  #state = new MarketState("", "");
  #chart;
  #parts;
  /** What is drawn, to be painted with the browser's next frame. */
  #drawn = this.#state;
  /** @type {ReturnType<Chart["draw"]>} the newest candle that is drawn */
  #candle;

  /** At once, as the reader has turned to it. */
  #paint = oncePerFrame(() => {
    isolated(() => this.#draw());
    requestAnimationFrame(() => this.#tell());
  });

  /** There is something new to paint. */
  changed = inCommonFrame({ prepare: () => this.#draw(), paint: () => this.#tell() });

  /**
   * @param {import("../client/client.js").TidewireClient} client
   * @param {Chart} chart
   * @param {Part[]} parts
   */
  constructor(client, chart, parts) {
    this.#chart = chart;
    this.#parts = parts;
    onMarketData(client, "ticker", (ticker) => this.#take(ticker, (state) => state.withTicker(ticker)));
    onMarketData(client, "depth", (depth, channel) => {
      this.#take(depth, (state) => (isDeep(channel) ? state.withDeepDepth(depth) : state.withDepth(depth)));
    });
    onMarketData(client, "trade", (trade) => this.#take(trade, (state) => state.withTrade(trade), () => chart.trade(trade)));
    onMarketData(client, "kline", (kline) => {
      if (kline.interval !== this.#state.interval) return;
      this.#take(kline, (state) => state.withKline(kline), () => chart.update(kline));
    });
  }

  /** @param {import("./selection.js").Selection} selection what is told of from now on */
  show({ symbol, interval }) {
    const isSame = symbol === this.#state.symbol;
    this.#state = isSame ? this.#state.withInterval(interval) : new MarketState(symbol, interval);
    this.#paint();
  }

  /** The deep book isn't read any more. */
  forgetDeepBook() {
    this.#state = this.#state.withoutDeepDepth();
    this.changed();
  }

  /** @param {{symbol: string}} data @param {(state: MarketState) => MarketState} next @param {() => void} [also] */
  #take({ symbol }, next, also) {
    if (symbol !== this.#state.symbol) return;
    this.#state = next(this.#state);
    also?.();
    this.changed();
  }

  /** The chart's library draws with the frame after that in which it is told to: what stands around it waits for that. */
  #draw() {
    this.#drawn = this.#state;
    this.#candle = this.#chart.draw(this.#state.price);
  }

  #tell() {
    if (!this.#drawn.isOf(this.#state)) return; // the reader has turned to another
    for (const part of this.#parts) isolated(() => part.paint(this.#drawn));
    this.#chart.tell(this.#candle);
  }
}
