/**
 * The best ten bids and asks of the chosen symbol, with bars for what is gathered up to each. Each
 * row's price can be taken, by a click on the row or by its button.
 */
import { byId } from "../../shared/elements.js";
import { NOTHING, decimalsOfStep, direction, formatNumber } from "../../shared/format.js";
import { element, setBar, setData, setShare, setText } from "../../shared/painting.js";
import { text } from "../../shared/typed_numbers.js";
import { BookKeys } from "./book_keys.js";

const LEVELS = 10;

/** @typedef {Pick<import("@tidewire/client/protocol").Depth, "symbol" | "bids" | "asks" | "stale">} Levels */

export class OrderBook {
  #asks = levelRows("order-book-asks");
  #bids = levelRows("order-book-bids");
  #middle = byId("order-book-middle");
  #spread = byId("order-book-spread");
  #root = byId("order-book");
  #balance = byId("order-book-balance");
  #bidShare = byId("order-book-bid-share");
  #askShare = byId("order-book-ask-share");
  #middlePrice = NaN;
  /** @type {import("../../shared/market_data/rest.js").Symbol | undefined} */
  #info;
  /** @type {Levels | undefined} */
  #painted;

  /** @param {(price: string, byKey: boolean) => void} taken told of the price of the row that the reader has taken */
  constructor(taken) {
    new BookKeys(this.#root, [...this.#asks, ...this.#bids], taken);
  }

  /** @param {import("../../shared/market_data/rest.js").Symbol} info of the symbol to tell of from now on */
  show(info) {
    this.#info = info;
    this.#middlePrice = NaN;
    this.#render({ symbol: info.symbol, bids: [], asks: [] });
  }

  /** @param {import("../market_data/market_state.js").MarketState} state */
  paint({ symbol, depth }) {
    if (symbol === this.#info?.symbol && depth && depth !== this.#painted) this.#render(depth);
  }

  /** @param {Levels} depth */
  #render(depth) {
    const { bids, asks, stale = false } = depth;
    this.#painted = depth;
    this.#root.classList.toggle("stale", stale);
    const volumes = { bid: total(bids), ask: total(asks) };
    const most = Math.max(volumes.bid, volumes.ask);
    // The best ask stands lowest, beside the best bid.
    this.#fill([...this.#asks].reverse(), asks, most);
    this.#fill(this.#bids, bids, most);
    this.#tellMiddle(bids[0]?.[0] ?? NaN, asks[0]?.[0] ?? NaN, stale);
    this.#tellBalance(volumes);
  }

  /** How much of what is offered in sight stands on either side. @param {{bid: number, ask: number}} volumes */
  #tellBalance({ bid, ask }) {
    const share = bid + ask > 0 ? (bid / (bid + ask)) * 100 : NaN;
    setText(this.#bidShare, `Bids ${formatNumber(share, 0)} %`);
    setText(this.#askShare, `${formatNumber(100 - share, 0)} % Asks`);
    setShare(this.#balance, Number.isNaN(share) ? 50 : share);
  }

  /** @param {ReturnType<typeof levelRows>} rows @param {Levels["bids"]} levels @param {number} most */
  #fill(rows, levels, most) {
    const decimals = this.#decimals();
    let gathered = 0;
    for (const [index, { row, cells, button }] of rows.entries()) {
      const [price, quantity] = levels[index] ?? [NaN, NaN];
      gathered += quantity;
      setText(button, formatNumber(price, decimals.price));
      const value = Number.isNaN(price) ? "" : text(price);
      if (button.value !== value) button.value = value;
      setText(cells[1], formatNumber(quantity, decimals.quantity));
      setText(cells[2], formatNumber(gathered, decimals.quantity));
      setBar(row, most ? ((gathered || 0) / most) * 100 : 0);
    }
  }

  /** @param {number} bid NaN: there is none @param {number} ask @param {boolean} stale */
  #tellMiddle(bid, ask, stale) {
    const { price } = this.#decimals();
    const middle = (bid + ask) / 2;
    const known = !Number.isNaN(middle);
    setText(this.#middle, known ? formatNumber(middle, price) : NOTHING);
    if (middle !== this.#middlePrice) setData(this.#middle, "direction", direction(middle - this.#middlePrice));
    this.#middlePrice = middle;
    const share = formatNumber(((ask - bid) / middle) * 100, 3);
    const spread = known ? `Spread ${formatNumber(ask - bid, price)} (${share}%)` : "";
    setText(this.#spread, stale ? `Stale · ${spread}` : spread);
  }

  #decimals() {
    return { price: decimalsOfStep(this.#info?.tickSize), quantity: decimalsOfStep(this.#info?.stepSize) };
  }
}

/** Make the rows once: from then on only their text changes, so that nothing moves. @param {string} id */
function levelRows(id) {
  const rows = Array.from({ length: LEVELS }, () => {
    const button = element("button", { type: "button", tabindex: "-1" }, NOTHING);
    const cells = [element("td", {}, button), element("td", {}, NOTHING), element("td", {}, NOTHING)];
    return { row: element("tr", {}, ...cells), cells, button };
  });
  byId(id).append(...rows.map(({ row }) => row));
  return rows;
}

/** @param {Levels["bids"]} levels */
function total(levels) {
  return levels.reduce((sum, [, quantity]) => sum + quantity, 0);
}
