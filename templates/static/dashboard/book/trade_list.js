/** The latest trades of the chosen symbol, newest first, from `trades:<SYMBOL>`. */
import { byId } from "../../shared/elements.js";
import { decimalsOfStep, formatNumber, formatTime } from "../../shared/format.js";
import { element, oncePerFrame, setData, setText } from "../../shared/painting.js";

const LENGTH = 40;

/** @typedef {import("@tidewire/client/protocol").Trade} Trade */

export class TradeList {
  #rows = tradeRows();
  /** @type {Trade[]} */
  #trades = [];
  /** @type {import("../../shared/market_data/rest.js").Symbol | undefined} */
  #info;
  #paint = oncePerFrame(() => this.#render());

  /** @param {import("../../shared/market_data/rest.js").Symbol} info of the symbol to tell of from now on */
  show(info) {
    this.#info = info;
    this.#trades = [];
    this.#render();
  }

  /** @param {Trade} trade */
  add(trade) {
    if (trade.symbol !== this.#info?.symbol) return;
    this.#trades.unshift(trade);
    this.#trades.length = Math.min(this.#trades.length, LENGTH);
    this.#paint();
  }

  #render() {
    const price = decimalsOfStep(this.#info?.tickSize);
    const quantity = decimalsOfStep(this.#info?.stepSize);
    for (const [index, { row, cells }] of this.#rows.entries()) {
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

function tradeRows() {
  const rows = Array.from({ length: LENGTH }, () => {
    const cells = [0, 1, 2].map(() => element("td"));
    return { row: element("tr", { hidden: "" }, ...cells), cells };
  });
  byId("trade-rows", "tbody").append(...rows.map(({ row }) => row));
  return rows;
}
