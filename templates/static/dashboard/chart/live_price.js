/**
 * The live price at the scale of prices, however far the reader has scrolled back: at its line while that is in sight, else
 * at the edge beyond which it is; grey once it may be old.
 */
import { byId } from "../../shared/elements.js";
import { decimalsOfStep, formatNumber } from "../../shared/format.js";
import { setData, setText } from "../../shared/painting.js";
import { onPriceDoubt, pricesMayBeOld } from "../market_data/price_doubt.js";

export class LivePrice {
  #node = byId("price-beyond");
  #levels;
  /** @type {import("../../shared/market_data/rest.js").Candle | undefined} */
  #candle;
  /** @type {number | string | undefined} */
  #tickSize;
  /** @type {Pick<import("../../shared/market_data/rest.js").Candle, "open" | "close"> | undefined} what the page tells of the newest */
  #told;
  /** @type {(isBeyond: boolean) => void} */
  #beyond = () => undefined;

  /** @param {import("../../shared/chart/chart_levels.js").ChartLevels} levels of its own */
  constructor(levels) {
    this.#levels = levels;
    levels.onRedraw(() => this.#tellBeyond());
    onPriceDoubt(() => this.#draw());
  }

  /** @param {import("../../shared/market_data/rest.js").Candle | undefined} candle the newest; undefined: there is none @param {number | string} tickSize */
  show(candle, tickSize) {
    this.#candle = candle;
    this.#tickSize = tickSize;
    this.#draw();
  }

  /** Tell the price beyond the edge with the frame that tells it everywhere. @param {import("../../shared/market_data/rest.js").Candle} candle the newest that is drawn */
  tell({ open, close }) {
    this.#told = { open, close };
    if (!this.#node.hidden) this.#tellPrice();
  }

  /** @param {(isBeyond: boolean) => void} told whenever the price has gone out of sight, or has come back */
  onBeyond(told) {
    this.#beyond = told;
  }

  #draw() {
    const candle = this.#candle;
    const colour = candle && (pricesMayBeOld() ? "muted" : directionOf(candle));
    this.#levels.show(candle && colour ? [{ key: "price", price: candle.close, colour, isFaint: false }] : []);
  }

  #tellBeyond() {
    const side = this.#candle ? this.#levels.sideOf(this.#candle.close) : "";
    const isOther = this.#node.hidden !== !side;
    if (isOther) this.#node.hidden = !side;
    if (side) this.#tellSide(side);
    if (isOther) this.#beyond(Boolean(side));
  }

  /** @param {"above" | "below"} side */
  #tellSide(side) {
    setData(this.#node, "side", side);
    this.#tellPrice();
    this.#place({ top: `${side === "above" ? 0 : this.#levels.height}px`, minWidth: `${this.#levels.scaleWidth}px` });
  }

  #tellPrice() {
    const told = this.#told ?? this.#candle;
    if (!told) return;
    setData(this.#node, "direction", directionOf(told));
    const arrow = this.#node.dataset.side === "above" ? "▲" : "▼";
    setText(this.#node, `${arrow} ${formatNumber(told.close, decimalsOfStep(this.#tickSize))}`);
  }

  /** @param {{top: string, minWidth: string}} style */
  #place(style) {
    const { top, minWidth } = this.#node.style;
    if (top !== style.top || minWidth !== style.minWidth) Object.assign(this.#node.style, style);
  }
}

/** @param {Pick<import("../../shared/market_data/rest.js").Candle, "open" | "close">} candle @returns {"up" | "down"} */
function directionOf({ open, close }) {
  return close < open ? "down" : "up";
}
