/**
 * How a price of the chart becomes an alert or an order: by a button beside the crosshair, or by a button elsewhere on the
 * page, after which the next click on the chart names the price; who can't click takes the current price.
 */
import { byId, parentOf, targetOf } from "../../shared/elements.js";
import { nearestPrice } from "../market_data/prices.js";
import { formatNumber, decimalsOfStep } from "../../shared/format.js";

/** Right of the buttons there is room for the icons of alerts. */
const ICON_PIXELS = 28;

/**
 * @typedef {object} Purpose what prices are picked for
 * @property {HTMLElement} button that begins it, and is pressed meanwhile
 * @property {HTMLElement} here the button beside the crosshair
 * @property {string} words such as `Alert at`, before a price
 * @property {(again: () => void) => boolean} mayPick asks for a login where there has to be one, and acts again after it
 * @property {(price: string) => void} pick
 * @property {() => void} [cancelled] it was begun, and left without a price
 */

export class PricePicking {
  #area = parentOf(byId("chart-alerts"));
  #here = byId("price-here");
  #note = byId("price-pick-note");
  #currentPrice;
  /** @type {Purpose[]} */
  #purposes = [];
  /** @type {Purpose | null} that which the next click on the chart is for */
  #picking = null;
  /** @type {import("../../shared/chart/chart_levels.js").ChartLevels | undefined} */
  #levels;
  /** @type {import("../../../types/market.js").Symbol | undefined} */
  #info;
  #price = "";

  /** @param {() => number | undefined} currentPrice of the market that the chart shows */
  constructor(currentPrice) {
    this.#currentPrice = currentPrice;
    byId("price-pick-current").addEventListener("click", () => this.#pick(this.#current()));
    byId("price-pick-cancel").addEventListener("click", () => this.#cancel());
    this.#note.addEventListener("keydown", (event) => event.key === "Escape" && this.#cancel());
  }

  /** @param {Purpose} purpose */
  offer(purpose) {
    const { button, here, mayPick, pick } = purpose;
    this.#purposes.push(purpose);
    button.addEventListener("click", () => (this.#picking === purpose ? this.#cancel() : this.begin(purpose)));
    here.addEventListener("click", () => {
      const price = this.#price; // the mouse goes on while somebody signs in
      if (mayPick(() => pick(price))) pick(price);
    });
  }

  /** @param {import("./candle_chart.js").CandleChart} chart */
  drawOn(chart) {
    this.#levels = chart.levels;
    chart.onClick(({ y }) => this.#pickAt(y));
    this.#area.addEventListener("pointermove", (event) => this.#follow(event));
    this.#area.addEventListener("pointerleave", () => (this.#here.hidden = true));
  }

  /** @param {import("../../../types/market.js").Symbol} info of the market that the chart shows */
  show(info) {
    this.#info = info;
    this.#here.hidden = true;
    this.#end();
  }

  /** Let the next click on the chart name the price. @param {Purpose} purpose one of those that are offered */
  begin(purpose) {
    if (!this.#info || !purpose.mayPick(() => this.begin(purpose))) return;
    this.#end();
    this.#picking = purpose;
    this.#area.dataset.picking = "";
    purpose.button.setAttribute("aria-pressed", "true");
    this.#note.hidden = false;
    byId("price-pick-current").focus();
  }

  /** @returns {Purpose | null} what was being picked for */
  #end() {
    const purpose = this.#picking;
    this.#picking = null;
    delete this.#area.dataset.picking;
    purpose?.button.setAttribute("aria-pressed", "false");
    if (this.#note.contains(document.activeElement)) purpose?.button.focus();
    this.#note.hidden = true;
    return purpose;
  }

  #cancel() {
    this.#end()?.cancelled?.();
  }

  /** @param {number} y px below the chart's upper edge */
  #pickAt(y) {
    const price = this.#picking ? (this.#levels?.priceAt(y) ?? null) : null;
    if (price !== null && this.#info) this.#pick(nearestPrice(price, this.#info.tickSize));
  }

  /** @param {string} price */
  #pick(price) {
    this.#end()?.pick(price);
  }

  #current() {
    const price = this.#currentPrice();
    return price === undefined || !this.#info ? "" : nearestPrice(price, this.#info.tickSize);
  }

  /** The buttons follow the mouse, but for their own place, where they stay to be clicked. @param {PointerEvent} event */
  #follow(event) {
    if (event.pointerType !== "mouse" || !this.#levels || this.#here.contains(/** @type {Node} */ (event.target))) return;
    const y = event.clientY - this.#area.getBoundingClientRect().top;
    const isOnOther = targetOf(event).closest("[role=slider], .drawing-handle, .drawing-bar, #chart-newest") !== null; // which it would cover
    const isFree = !event.buttons && !isOnOther && !["dragging", "drawing"].some((name) => name in this.#area.dataset);
    const price = isFree ? this.#levels.priceAt(y) : null;
    this.#here.hidden = price === null || !this.#info;
    if (price === null || !this.#info) return;
    this.#offerAt(y, nearestPrice(price, this.#info.tickSize));
  }

  /** @param {number} y px below the chart's upper edge @param {string} price */
  #offerAt(y, price) {
    this.#price = price;
    this.#here.style.transform = `translateY(${Math.round(y)}px)`;
    this.#here.style.right = `${(this.#levels?.scaleWidth ?? 0) + ICON_PIXELS}px`;
    const shown = formatNumber(Number(price), decimalsOfStep(this.#info?.tickSize));
    for (const { here, words } of this.#purposes) here.setAttribute("aria-label", `${words} ${shown}`);
  }
}
