/**
 * How a price of the chart becomes an alert: the bell beside the crosshair, or the button above the chart, after which
 * the next click names the price; who can't click takes the current price.
 */
import { byId, parentOf } from "../../shared/elements.js";
import { nearestPrice } from "../market_data/prices.js";
import { numberText } from "./alert_text.js";

export class PricePicking {
  #area = parentOf(byId("chart-alerts"));
  #here = byId("alert-here");
  #button = byId("alert-pick");
  #note = byId("alert-pick-note");
  #actions;
  /** @type {import("../chart/chart_levels.js").ChartLevels | undefined} */
  #levels;
  /** @type {import("../../shared/market_data/rest.js").Symbol | undefined} */
  #info;
  #price = "";

  /**
   * @param {object} actions
   * @param {(price: string) => void} actions.pick
   * @param {() => number | undefined} actions.currentPrice
   * @param {() => boolean} actions.isBusy while the chart's pointer does something else
   * @param {() => boolean} actions.mayPick asks for a login where there is none
   */
  constructor(actions) {
    this.#actions = actions;
    this.#button.addEventListener("click", () => (this.#isPicking ? this.#end() : this.begin()));
    byId("alert-pick-current").addEventListener("click", () => this.#pick(this.#current()));
    byId("alert-pick-cancel").addEventListener("click", () => this.#end());
    this.#note.addEventListener("keydown", (event) => event.key === "Escape" && this.#end());
    this.#here.addEventListener("click", () => actions.mayPick() && this.#pick(this.#price));
  }

  /** @param {import("../chart/candle_chart.js").CandleChart} chart */
  drawOn(chart) {
    this.#levels = chart.levels;
    chart.onClick((y) => this.#isPicking && this.#pickAt(y));
    this.#area.addEventListener("pointermove", (event) => this.#follow(event));
    this.#area.addEventListener("pointerleave", () => (this.#here.hidden = true));
  }

  /** @param {import("../../shared/market_data/rest.js").Symbol} info of the market that the chart shows */
  show(info) {
    this.#info = info;
    this.#here.hidden = true;
    if (this.#isPicking) this.#end();
  }

  /** Let the next click on the chart name the price. */
  begin() {
    if (!this.#info || !this.#actions.mayPick()) return;
    this.#area.dataset.picking = "";
    this.#button.setAttribute("aria-pressed", "true");
    this.#note.hidden = false;
    byId("alert-pick-current").focus();
  }

  get #isPicking() {
    return "picking" in this.#area.dataset;
  }

  #end() {
    delete this.#area.dataset.picking;
    this.#button.setAttribute("aria-pressed", "false");
    if (this.#note.contains(document.activeElement)) this.#button.focus();
    this.#note.hidden = true;
  }

  /** @param {number} y px below the chart's upper edge */
  #pickAt(y) {
    const price = this.#levels?.priceAt(y) ?? null;
    if (price !== null && this.#info) this.#pick(nearestPrice(price, this.#info.tickSize));
  }

  /** @param {string} price */
  #pick(price) {
    this.#end();
    this.#actions.pick(price);
  }

  #current() {
    const price = this.#actions.currentPrice();
    return price === undefined || !this.#info ? "" : nearestPrice(price, this.#info.tickSize);
  }

  /** The bell follows the mouse, but for its own place, where it stays to be clicked. @param {PointerEvent} event */
  #follow(event) {
    if (event.pointerType !== "mouse" || event.target === this.#here || !this.#levels) return;
    const y = event.clientY - this.#area.getBoundingClientRect().top;
    const price = !event.buttons && !this.#actions.isBusy() ? this.#levels.priceAt(y) : null;
    this.#here.hidden = price === null || !this.#info;
    if (price === null || !this.#info) return;
    this.#price = nearestPrice(price, this.#info.tickSize);
    this.#here.style.transform = `translateY(${Math.round(y)}px)`;
    this.#here.style.right = `${this.#levels.scaleWidth}px`;
    this.#here.setAttribute("aria-label", `Alert at ${numberText(this.#price, this.#info.tickSize)}`);
  }
}
