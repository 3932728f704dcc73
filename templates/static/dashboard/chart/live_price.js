/**
 * The live price at the scale of prices, however far the reader has scrolled back: at its line while that is in sight, else
 * at the edge beyond which it is; grey once it may be old.
 */
import { byId } from "../../shared/elements.js";
import { decimalsOfStep, formatNumber } from "../../shared/format.js";
import { setData, setText } from "../../shared/painting.js";
import { onPriceDoubt, pricesMayBeOld } from "../market_data/price_doubt.js";

const ARROWS = { above: "▲", below: "▼" };

export class LivePrice {
  #node = byId("price-beyond");
  #levels;
  /** @type {import("../../shared/market_data/rest.js").Candle | undefined} */
  #candle;
  /** @type {number | string | undefined} */
  #tickSize;

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

  #draw() {
    const candle = this.#candle;
    const colour = candle && (pricesMayBeOld() ? "muted" : directionOf(candle));
    this.#levels.show(candle && colour ? [{ key: "price", price: candle.close, colour, isFaint: false }] : []);
  }

  #tellBeyond() {
    const side = this.#candle ? this.#levels.sideOf(this.#candle.close) : "";
    if (this.#node.hidden !== !side) this.#node.hidden = !side;
    if (!this.#candle || !side) return;
    setData(this.#node, "side", side);
    setData(this.#node, "direction", directionOf(this.#candle));
    setText(this.#node, `${ARROWS[side]} ${formatNumber(this.#candle.close, decimalsOfStep(this.#tickSize))}`);
    this.#place({ top: `${side === "above" ? 0 : this.#levels.height}px`, minWidth: `${this.#levels.scaleWidth}px` });
  }

  /** @param {{top: string, minWidth: string}} style */
  #place(style) {
    const { top, minWidth } = this.#node.style;
    if (top !== style.top || minWidth !== style.minWidth) Object.assign(this.#node.style, style);
  }
}

/** @param {import("../../shared/market_data/rest.js").Candle} candle @returns {"up" | "down"} */
function directionOf({ open, close }) {
  return close < open ? "down" : "up";
}
