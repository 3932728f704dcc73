/** What the order in the ticket costs or brings, in figures. */
import { byId, partOf } from "../../shared/elements.js";
import { ExactDecimal, formatExact } from "../../shared/exact_decimal.js";
import { NOTHING, decimalsOfStep } from "../../shared/format.js";
import { setData, setText } from "../../shared/painting.js";
import { leftAfter } from "./order_estimate.js";

/** @typedef {import("./order_estimate.js").Estimate} Estimate */
/** @typedef {import("./order_values.js").OrderValues} OrderValues */
/** @typedef {import("../../../types/market.js").Symbol} SymbolInfo */

const PER_CENT = new ExactDecimal(100n);
/** What a fee, and what comes of it, may have more than a price: fees are small. */
const MORE_DECIMALS = 4;

export class TicketFigures {
  #root = byId("ticket-figures");

  /**
   * @param {OrderValues} values
   * @param {Estimate | null} estimate
   * @param {import("./order_estimate.js").Free | null} free null: nobody's account is known, nor its fees
   * @param {SymbolInfo} info
   */
  show(values, estimate, free, info) {
    const decimals = decimalsOfStep(info.tickSize);
    const about = estimate?.isAbout ? "≈ " : "";
    const most = estimate?.isAbout ? decimals : decimals + MORE_DECIMALS;
    const money = (/** @type {ExactDecimal} */ amount) => `${formatExact(amount, decimals, most)} ${info.quote}`;
    this.#set("value", estimate ? about + money(estimate.value) : NOTHING);
    this.#set("fee-name", estimate && free ? `Fee, about ${formatExact(estimate.rate.times(PER_CENT))} %` : "Fee");
    this.#set("fee", estimate && free ? `≈ ${formatExact(estimate.fee, decimals, decimals + MORE_DECIMALS)} ${info.quote}` : NOTHING);
    this.#set("total-name", values.side === "buy" ? "Costs" : "Brings");
    this.#set("total", estimate && free ? about + money(estimate.total) : NOTHING);
    this.#showLeft(values, estimate && free && leftAfter(values, estimate, free), about, info);
  }

  /** @param {OrderValues} values @param {ExactDecimal | null} left @param {string} about @param {SymbolInfo} info */
  #showLeft({ side }, left, about, { base, quote, tickSize, stepSize }) {
    const decimals = decimalsOfStep(side === "buy" ? tickSize : stepSize);
    const shown = left && `${formatExact(left, decimals, decimals)} ${side === "buy" ? quote : base}`;
    this.#set("left", shown ? (side === "buy" ? about : "") + shown : NOTHING);
    setData(partOf(this.#root, "[data-figure=left]"), "missing", String(left !== null && left.units < 0n));
  }

  /** @param {string} name @param {string} text */
  #set(name, text) {
    setText(partOf(this.#root, `[data-figure=${name}]`), text);
  }
}
