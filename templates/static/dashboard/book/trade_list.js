/** The latest trades of the chosen symbol, newest first. */
import { byId } from "../../shared/elements.js";
import { decimalsOfStep, formatNumber, formatTime } from "../../shared/format.js";
import { element, onceIn, setData, setText } from "../../shared/painting.js";
import { MOST_TRADES } from "../market_data/market_state.js";
import { TradeSight } from "./trade_sight.js";

/** So long after a trade, at most, the rows out of sight tell of it, too: whether or not others come. */
export const BEHIND_MS = 2000;

/** @typedef {import("@tidewire/client/protocol").Trade} Trade */
/** @typedef {{row: HTMLElement, cells: HTMLElement[]}} TradeRow */

export class TradeList {
  #rows = tradeRows();
  #sight = new TradeSight(() => this.#render());
  #writeAll = onceIn(BEHIND_MS, () => this.#write(this.#rows));
  /** How many rows have been filled. */
  #filled = 0;
  /** @type {readonly Trade[]} newest first */
  #trades = [];
  /** @type {import("../../../types/market.js").Symbol | undefined} */
  #info;

  /** @param {import("../../../types/market.js").Symbol} info of the symbol to tell of from now on */
  show(info) {
    this.#info = info;
    this.#trades = [];
    this.#render();
  }

  /** @param {import("../market_data/market_state.js").MarketState} state */
  paint({ symbol, trades }) {
    if (symbol !== this.#info?.symbol || trades === this.#trades) return;
    this.#trades = trades;
    this.#render();
  }

  /** Rows out of sight are written now and then: each of them is three texts to lay out for every trade. */
  #render() {
    const { length } = this.#trades;
    const seen = length === this.#filled ? this.#sight.of(length) : MOST_TRADES;
    this.#filled = length;
    this.#write(this.#rows.slice(0, seen));
    if (seen < length) this.#writeAll();
  }

  /** @param {TradeRow[]} rows the uppermost */
  #write(rows) {
    const price = decimalsOfStep(this.#info?.tickSize);
    const quantity = decimalsOfStep(this.#info?.stepSize);
    for (const [index, { row, cells }] of rows.entries()) {
      const trade = this.#trades[index];
      if (row.hidden !== !trade) row.hidden = !trade;
      if (!trade) continue;
      setData(row, "side", trade.side);
      setText(cells[0], formatNumber(trade.price, price));
      setText(cells[1], formatNumber(trade.quantity, quantity));
      setText(cells[2], formatTime(trade.timestamp));
    }
  }
}

/** @returns {TradeRow[]} */
function tradeRows() {
  const rows = Array.from({ length: MOST_TRADES }, () => {
    const cells = [0, 1, 2].map(() => element("td"));
    return { row: element("tr", { hidden: "" }, ...cells), cells };
  });
  byId("trade-rows", "tbody").append(...rows.map(({ row }) => row));
  return rows;
}
