/** The choice of the step by which the prices of the order book are gathered, kept by market. */
import { byId } from "../../shared/elements.js";
import { decimalsOfStep, formatNumber } from "../../shared/format.js";
import { element } from "../../shared/painting.js";
import { MULTIPLES, stepOf } from "./price_steps.js";

export class StepChoice {
  #select = byId("order-book-step", "select");
  #preferences;
  /** @type {import("../../../types/market.js").Symbol | undefined} */
  #info;

  /** @param {import("./book_preferences.js").BookPreferences} preferences @param {() => void} changed */
  constructor(preferences, changed) {
    this.#preferences = preferences;
    this.#select.addEventListener("change", () => {
      if (this.#info) preferences.keepMultiple(this.#info.symbol, Number(this.#select.value));
      changed();
    });
  }

  /** @param {import("../../../types/market.js").Symbol} info of the symbol to tell of from now on */
  show(info) {
    this.#info = info;
    this.#select.replaceChildren(...MULTIPLES.map((multiple) => optionOf(info.tickSize, multiple)));
    this.#select.value = String(this.#preferences.multipleOf(info.symbol));
  }

  /** @returns {import("../../shared/exact_decimal.js").ExactDecimal | null} null: the levels are shown as they are */
  get step() {
    const multiple = this.#info ? this.#preferences.multipleOf(this.#info.symbol) : 1;
    return this.#info && multiple > 1 ? stepOf(this.#info.tickSize, multiple) : null;
  }
}

/** @param {number} tickSize @param {number} multiple */
function optionOf(tickSize, multiple) {
  const step = String(stepOf(tickSize, multiple) ?? "");
  return element("option", { value: String(multiple) }, formatNumber(step ? Number(step) : NaN, decimalsOfStep(step)));
}
