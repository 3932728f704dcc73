/** The headline: the chosen symbol's price and its day, from `ticker:<SYMBOL>`. */
import {
  NOTHING,
  decimalsOfStep,
  direction,
  formatCompact,
  formatNumber,
  formatPercent,
  formatSigned,
} from "./format.js";
import { flash, oncePerFrame, setData, setText } from "./painting.js";

export class Quote {
  #root = document.getElementById("quote");
  #stale = document.getElementById("stale-badge");
  #price = NaN;
  #info;
  #paint = oncePerFrame((ticker) => this.#render(ticker));

  /** @param {import("./rest.js").Symbol} info of the symbol to tell of from now on */
  show(info) {
    this.#info = info;
    this.#price = NaN;
    this.#stale.hidden = true;
    this.#root.classList.remove("stale");
    setText(document.getElementById("quote-symbol"), [info.base, info.quote].filter(Boolean).join("/"));
    for (const field of this.#root.querySelectorAll("[data-field]")) setText(field, NOTHING);
    for (const field of ["price", "change"]) delete this.#field(field).dataset.direction;
    document.title = `${info.symbol} · Tidewire`;
  }

  /** @param {any} ticker a frame's data */
  update(ticker) {
    this.#paint(ticker);
  }

  #render(ticker) {
    if (ticker.symbol !== this.#info?.symbol) return;
    const decimals = decimalsOfStep(this.#info.tickSize);
    const price = (value) => formatNumber(value, decimals);
    this.#set("price", price(ticker.price));
    this.#set("change", `${formatSigned(ticker.change, decimals)} (${formatPercent(ticker.changePercent)})`);
    for (const field of ["high", "low", "bid", "ask"]) this.#set(field, price(ticker[field]));
    this.#set("volume", `${formatCompact(ticker.volume)} ${this.#info.base}`);
    setData(this.#field("change"), "direction", direction(ticker.change));
    if (this.#stale.hidden === Boolean(ticker.stale)) this.#stale.hidden = !ticker.stale;
    this.#root.classList.toggle("stale", Boolean(ticker.stale));
    this.#mark(ticker.price);
    setText(document.querySelector("title"), `${price(ticker.price)} ${ticker.symbol} · Tidewire`);
  }

  #mark(price) {
    const change = price - this.#price;
    if (change) setData(this.#field("price"), "direction", direction(change));
    flash(this.#field("price"), change);
    this.#price = price;
  }

  #field(name) {
    return this.#root.querySelector(`[data-field="${name}"]`);
  }

  #set(name, text) {
    setText(this.#field(name), text);
  }
}
