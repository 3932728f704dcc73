/**
 * The best bids and asks of the chosen symbol, level by level or gathered by a step of price, with bars for what there is
 * up to each. Each row's price can be taken, by a click on the row or by its button.
 */
import { byId } from "../../shared/elements.js";
import { NOTHING, decimalsOfStep, formatNumber } from "../../shared/format.js";
import { onceIn, setBar, setData, setShare, setText } from "../../shared/painting.js";
import { BookKeys } from "./book_keys.js";
import { BookPreferences } from "./book_preferences.js";
import { BookRoom } from "./book_room.js";
import { BookRows } from "./book_rows.js";
import { DepthChart } from "./depth_chart.js";
import { LEAST_LEVELS } from "./fitting_levels.js";
import { PriceDirection } from "./price_direction.js";
import { shownLevels } from "./shown_levels.js";
import { StepChoice } from "./step_choice.js";

/** So long after a change, at most, the rows out of sight tell of it, too: whether or not others come. */
export const BEHIND_MS = 5000;
const NO_LEVEL = { price: "", quantity: NaN, gathered: NaN, hasMore: false };

/** @typedef {Pick<import("@tidewire/client/protocol").Depth, "symbol" | "bids" | "asks" | "stale">} Levels */

export class OrderBook {
  #rows = new BookRows();
  #price = byId("order-book-price");
  #spread = byId("order-book-spread");
  #root = byId("order-book");
  #balance = byId("order-book-balance");
  #bidShare = byId("order-book-bid-share");
  #askShare = byId("order-book-ask-share");
  #preferences = new BookPreferences();
  #room = new BookRoom(this.#preferences, () => this.#arrange());
  #steps = new StepChoice(this.#preferences, () => this.#renderAgain());
  #chart = new DepthChart(this.#preferences, () => this.#renderAgain());
  #keys;
  #wantsDeep;
  #paintAll = onceIn(BEHIND_MS, () => this.#fillBoth({ asks: this.#room.levels, bids: this.#room.levels }));
  /** Of which market how many rows there are, and how many of each side have been filled. */
  #extent = "";
  #direction = new PriceDirection();
  /** @type {import("../../../types/market.js").Symbol | undefined} */
  #info;
  /** @type {Levels | undefined} */
  #painted;
  /** @type {Pick<import("./shown_levels.js").Shown, "asks" | "bids" | "most">} */
  #shown = { asks: [], bids: [], most: 0 };

  /**
   * @param {(price: string, byKey: boolean) => void} taken told of the price of the row that the reader has taken
   * @param {(isWanted: boolean) => void} wantsDeep told whether more levels are wanted than everybody is told
   */
  constructor(taken, wantsDeep) {
    this.#wantsDeep = wantsDeep;
    this.#keys = new BookKeys(this.#root, this.#rows, taken);
    this.#arrange();
    this.#room.start();
  }

  /** @param {import("../../../types/market.js").Symbol} info of the symbol to tell of from now on */
  show(info) {
    this.#info = info;
    this.#direction.forget();
    setText(this.#price, NOTHING);
    delete this.#price.dataset.direction;
    this.#steps.show(info);
    this.#tellWant();
    this.#chart.show(info);
    this.#render({ symbol: info.symbol, bids: [], asks: [] });
  }

  /** @param {import("../market_data/market_state.js").MarketState} state */
  paint({ symbol, price, depth }) {
    if (symbol !== this.#info?.symbol) return;
    if (price !== undefined) this.#tellPrice(price);
    if (depth && depth !== this.#painted) this.#render(depth);
  }

  #arrange() {
    this.#rows.show(this.#room.levels);
    this.#keys.keepStop();
    this.#renderAgain();
  }

  /** A group is made of many levels, and the chart of all. */
  #tellWant() {
    const isMore = this.#room.levels > LEAST_LEVELS || this.#steps.step !== null || this.#preferences.hasChart;
    this.#wantsDeep(this.#room.isSeen && isMore);
  }

  #renderAgain() {
    this.#tellWant();
    if (this.#painted) this.#render(this.#painted);
  }

  /** @param {Levels} depth */
  #render(depth) {
    const { bids, asks, stale = false } = depth;
    this.#painted = depth;
    this.#root.classList.toggle("stale", stale);
    const shown = shownLevels(depth, this.#steps.step, this.#room.levels);
    this.#paintRows(shown);
    this.#tellSpread(bids[0]?.[0] ?? NaN, asks[0]?.[0] ?? NaN, stale);
    this.#tellImbalance(shown.imbalance);
    this.#chart.paint(depth);
  }

  /**
   * Rows out of sight are painted now and then: to style a hundred of a side costs more than all else on the page.
   *
   * @param {import("./shown_levels.js").Shown} shown
   */
  #paintRows(shown) {
    const { levels, inSight } = this.#room;
    const extent = `${this.#painted?.symbol} ${levels} ${shown.asks.length} ${shown.bids.length}`;
    const counts = extent === this.#extent ? inSight : { asks: levels, bids: levels };
    this.#extent = extent;
    this.#shown = shown;
    this.#fillBoth(counts);
    if (Math.min(counts.asks, counts.bids) < levels) this.#paintAll();
  }

  /** @param {{asks: number, bids: number}} counts of the best rows of each side */
  #fillBoth(counts) {
    const { asks, bids, most } = this.#shown;
    this.#fill(this.#rows.asks.slice(0, counts.asks), asks, most);
    this.#fill(this.#rows.bids.slice(0, counts.bids), bids, most);
  }

  /** @param {number} imbalance */
  #tellImbalance(imbalance) {
    const share = imbalance * 100;
    setText(this.#bidShare, `Bids ${formatNumber(share, 0)} %`);
    setText(this.#askShare, `${formatNumber(100 - share, 0)} % Asks`);
    setShare(this.#balance, Number.isNaN(share) ? 50 : share);
  }

  /** @param {import("./book_rows.js").BookRow[]} rows @param {import("./shown_levels.js").Row[]} levels @param {number} most */
  #fill(rows, levels, most) {
    const decimals = this.#decimals();
    for (const [index, { row, cells, button }] of rows.entries()) {
      const { price, quantity, gathered, hasMore } = levels[index] ?? NO_LEVEL;
      setText(button, formatNumber(price ? Number(price) : NaN, decimals.shown));
      if (button.value !== price) button.value = price;
      setText(cells[1], formatNumber(quantity, decimals.quantity));
      setText(cells[2], formatNumber(gathered, decimals.quantity));
      if (row.classList.contains("has-more") !== hasMore) row.classList.toggle("has-more", hasMore);
      setBar(row, most ? ((gathered || 0) / most) * 100 : 0);
    }
  }

  /** @param {number} price the last trade's, as the headline tells it */
  #tellPrice(price) {
    setText(this.#price, formatNumber(price, this.#decimals().price));
    this.#direction.follow(price);
    setData(this.#price, "direction", this.#direction.direction);
  }

  /** @param {number} bid NaN: there is none @param {number} ask @param {boolean} stale */
  #tellSpread(bid, ask, stale) {
    const { price } = this.#decimals();
    const share = formatNumber(((ask - bid) / ((bid + ask) / 2)) * 100, 3);
    const spread = Number.isNaN(bid + ask) ? "" : `Spread ${formatNumber(ask - bid, price)} (${share}%)`;
    setText(this.#spread, stale ? `Stale · ${spread}` : spread);
  }

  #decimals() {
    const price = decimalsOfStep(this.#info?.tickSize);
    const { step } = this.#steps;
    return { price, shown: step ? decimalsOfStep(String(step)) : price, quantity: decimalsOfStep(this.#info?.stepSize) };
  }
}
