/** One symbol in the watch list: its name, trend, price, change and volume. */
import { NOTHING, decimalsOfStep, direction, formatCompact, formatNumber, formatPercent } from "../../shared/format.js";
import { element, flash, setData, setText } from "../../shared/painting.js";
import { inCommonFrame } from "../common_frames.js";
import { sparkline } from "./sparkline.js";

const SVG = "http://www.w3.org/2000/svg";
const STAR = "M8 1.8l1.9 3.9 4.3.6-3.1 3 .7 4.3L8 11.6l-3.8 2 .7-4.3-3.1-3 4.3-.6z";

/** @typedef {Pick<import("@tidewire/client/protocol").Price, "price" | "changePercent24h" | "volume24h" | "stale">} Values */

export class WatchRow {
  #price = NaN;
  /** @type {Values} as they were before the frame in which they are painted, as all that is told of the market then */
  #values = { price: NaN, changePercent24h: NaN, volume24h: NaN };
  /** @type {Partial<Values>} what the page knows better of the chosen market */
  #followed = {};
  #heard = this.#values;
  #paint = inCommonFrame({ prepare: () => this.#settle(), paint: () => this.#render() });

  /** @param {import("../../../types/market.js").Symbol} info @param {() => void} starred its star was pressed */
  constructor(info, starred) {
    this.info = info;
    this.decimals = decimalsOfStep(info.tickSize);
    this.link = element("a", { class: "symbol" }, info.base, element("span", { class: "muted" }, `/${info.quote}`));
    this.star = element("button", { type: "button", class: "star" }, star());
    this.star.addEventListener("click", starred);
    this.volume = element("span", { class: "second" }, NOTHING);
    this.trend = element("td", { class: "trend-column" });
    this.price = element("span", { class: "price flashes", "data-role": "price" }, NOTHING);
    this.change = element("span", { "data-role": "change" }, NOTHING);
    const stale = element("span", { class: "stale-word" }, "Stale"); // its place is kept, so that nothing moves
    this.node = element(
      "tr",
      { "data-symbol": info.symbol },
      element("th", { scope: "row" }, this.star, this.link, this.volume),
      this.trend,
      element("td", {}, this.price, element("span", { class: "second" }, stale, " ", this.change)),
    );
  }

  /** What it tells. */
  get values() {
    return { ...this.#values, ...this.#followed };
  }

  /** What it will tell, by which rows are ordered. */
  get newest() {
    return { ...this.#heard, ...this.#followed };
  }

  /** Paint in this frame what it knows. @returns {Values} that */
  painted() {
    this.#render();
    return this.values;
  }

  /** @param {string} list which the star is about @param {boolean} isIn */
  showStar(list, isIn) {
    const { base, quote } = this.info;
    const label = `${base}/${quote} in ${list}`;
    if (this.star.ariaLabel !== label) this.star.ariaLabel = label;
    if (this.star.ariaPressed !== String(isIn)) this.star.ariaPressed = String(isIn);
    this.star.title = isIn ? `Take it out of ${list}` : `Put it into ${list}`;
  }

  /** @param {Values} values */
  update(values) {
    this.#heard = values;
    this.#paint();
  }

  /** Tell that price from now on, until another market is chosen. @param {number} price @param {number} [changePercent24h] */
  follow(price, changePercent24h) {
    if (this.#followed.price === price && this.#followed.changePercent24h === changePercent24h) return;
    this.#followed = { price, ...(changePercent24h === undefined ? {} : { changePercent24h }) };
    this.#render();
  }

  /** @param {number[]} closes */
  showTrend(closes) {
    this.trend.replaceChildren(sparkline(closes));
  }

  /**
   * @param {string} hash where the row leads
   * @param {boolean} chosen
   */
  showSelection(hash, chosen) {
    this.link.setAttribute("href", hash);
    if (chosen) this.node.setAttribute("aria-current", "true");
    else this.node.removeAttribute("aria-current");
    if (!chosen) this.#followed = {};
  }

  #settle() {
    this.#values = this.#heard;
  }

  #render() {
    const { price, changePercent24h, volume24h, stale } = this.values;
    setText(this.price, formatNumber(price, this.decimals));
    setText(this.change, formatPercent(changePercent24h));
    setText(this.volume, `Vol ${formatCompact(volume24h)}`);
    for (const node of [this.change, this.trend]) setData(node, "direction", direction(changePercent24h, 2));
    this.node.classList.toggle("stale", Boolean(stale));
    flash(this.price, price - this.#price);
    this.#price = price;
  }
}

function star() {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", STAR);
  svg.append(path);
  return svg;
}
