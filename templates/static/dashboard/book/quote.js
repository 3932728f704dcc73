/** The headline: the chosen symbol's price, its best bid and ask, and its day. */
import { byId, partOf } from "../../shared/elements.js";
import {
  NOTHING,
  decimalsOfStep,
  direction,
  formatCompact,
  formatNumber,
  formatPercent,
  formatSigned,
} from "../../shared/format.js";
import { flash, setData, setText } from "../../shared/painting.js";
import { onPriceDoubt, pricesMayBeOld } from "../market_data/price_doubt.js";
import { PriceDirection } from "./price_direction.js";

export class Quote {
  #root = byId("quote");
  #stale = byId("stale-badge");
  #direction = new PriceDirection();
  /** @type {import("../../../types/market.js").Symbol | undefined} */
  #info;
  /** @type {number | undefined} which the title of the page tells */
  #price;

  constructor() {
    onPriceDoubt(() => this.#tellTitle());
  }

  /** @param {import("../../../types/market.js").Symbol} info of the symbol to tell of from now on */
  show(info) {
    this.#info = info;
    this.#direction.forget();
    this.#stale.hidden = true;
    this.#root.classList.remove("stale");
    setText(byId("quote-symbol"), [info.base, info.quote].filter(Boolean).join("/"));
    for (const field of this.#root.querySelectorAll("[data-field]")) setText(field, NOTHING);
    for (const field of ["price", "change"]) delete this.#field(field).dataset.direction;
    this.#price = undefined;
    this.#tellTitle();
  }

  /** @param {import("../market_data/market_state.js").MarketState} state */
  paint({ symbol, price, bid, ask, day, ticker }) {
    if (symbol !== this.#info?.symbol) return;
    const decimals = decimalsOfStep(this.#info.tickSize);
    for (const [field, value] of Object.entries({ price, bid, ask, high: day?.high, low: day?.low })) {
      this.#set(field, formatNumber(value, decimals));
    }
    this.#tellDay(day, decimals);
    this.#tellStale(Boolean(ticker?.stale));
    if (price === undefined) return;
    this.#mark(price);
    this.#price = price;
    this.#tellTitle();
  }

  /** Who is at another tab reads nothing else: a price that may be old is marked there, too. */
  #tellTitle() {
    if (!this.#info) return;
    const { symbol, tickSize } = this.#info;
    const mark = pricesMayBeOld() ? "⚠ " : "";
    const price = this.#price === undefined ? "" : `${mark}${formatNumber(this.#price, decimalsOfStep(tickSize))} `;
    setText(partOf(document, "title"), `${price}${symbol} · Tidewire`);
  }

  /** @param {import("../market_data/market_state.js").MarketState["day"]} day @param {number} decimals of a price */
  #tellDay(day, decimals) {
    if (!day) return;
    this.#set("change", `${formatSigned(day.change, decimals)} (${formatPercent(day.changePercent)})`);
    this.#set("volume", `${formatCompact(day.volume)} ${this.#info?.base}`);
    setData(this.#field("change"), "direction", direction(day.change));
  }

  /** @param {boolean} isStale */
  #tellStale(isStale) {
    if (this.#stale.hidden === isStale) this.#stale.hidden = !isStale;
    this.#root.classList.toggle("stale", isStale);
  }

  /** @param {number} price */
  #mark(price) {
    const change = this.#direction.follow(price);
    setData(this.#field("price"), "direction", this.#direction.direction);
    flash(this.#field("price"), change);
  }

  /** @param {string} name */
  #field(name) {
    return partOf(this.#root, `[data-field="${name}"]`);
  }

  /** @param {string} name @param {string} text */
  #set(name, text) {
    setText(this.#field(name), text);
  }
}
