/** The headline: the chosen symbol's price and its day, from `ticker:<SYMBOL>`. */
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
import { flash, oncePerFrame, setData, setText } from "../../shared/painting.js";

/** @typedef {import("@tidewire/client/protocol").Ticker} Ticker */

const PRICES = /** @type {const} */ (["high", "low", "bid", "ask"]);

export class Quote {
  #root = byId("quote");
  #stale = byId("stale-badge");
  #price = NaN;
  /** @type {import("../../shared/market_data/rest.js").Symbol | undefined} */
  #info;
  #paint = oncePerFrame((/** @type {Ticker} */ ticker) => this.#render(ticker));

  /** @param {import("../../shared/market_data/rest.js").Symbol} info of the symbol to tell of from now on */
  show(info) {
    this.#info = info;
    this.#price = NaN;
    this.#stale.hidden = true;
    this.#root.classList.remove("stale");
    setText(byId("quote-symbol"), [info.base, info.quote].filter(Boolean).join("/"));
    for (const field of this.#root.querySelectorAll("[data-field]")) setText(field, NOTHING);
    for (const field of ["price", "change"]) delete this.#field(field).dataset.direction;
    document.title = `${info.symbol} · Tidewire`;
  }

  /** @param {Ticker} ticker */
  update(ticker) {
    this.#paint(ticker);
  }

  /** @param {Ticker} ticker */
  #render(ticker) {
    if (ticker.symbol !== this.#info?.symbol) return;
    const decimals = decimalsOfStep(this.#info.tickSize);
    const price = (/** @type {number} */ value) => formatNumber(value, decimals);
    this.#set("price", price(ticker.price));
    this.#set("change", `${formatSigned(ticker.change, decimals)} (${formatPercent(ticker.changePercent)})`);
    for (const field of PRICES) this.#set(field, price(ticker[field]));
    this.#set("volume", `${formatCompact(ticker.volume)} ${this.#info.base}`);
    setData(this.#field("change"), "direction", direction(ticker.change));
    if (this.#stale.hidden === Boolean(ticker.stale)) this.#stale.hidden = !ticker.stale;
    this.#root.classList.toggle("stale", Boolean(ticker.stale));
    this.#mark(ticker.price);
    setText(partOf(document, "title"), `${price(ticker.price)} ${ticker.symbol} · Tidewire`);
  }

  /** @param {number} price */
  #mark(price) {
    const change = price - this.#price;
    if (change) setData(this.#field("price"), "direction", direction(change));
    flash(this.#field("price"), change);
    this.#price = price;
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
