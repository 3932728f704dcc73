/** The chart's menus together: what they have chosen, and how it is chosen at once. */
import { IndicatorMenu } from "../../indicators/indicator_menu.js";
import { DisplayMenu } from "../display/display_menu.js";

/** @typedef {Pick<import("./layout_values.js").Looks, "display" | "choice">} Chosen */

export class ChartMenus {
  #display;
  #indicators;

  /** @param {{display: (display: Chosen["display"]) => void, choose: (choice: Chosen["choice"]) => void}} told of each choice */
  constructor({ display, choose }) {
    this.#display = new DisplayMenu(display);
    this.#indicators = new IndicatorMenu(choose);
  }

  /** @returns {Chosen} */
  get chosen() {
    return { display: this.#display.display, choice: this.#indicators.choice };
  }

  /** @param {Chosen} chosen */
  choose({ display, choice }) {
    this.#display.show(display);
    this.#indicators.show(choice);
  }
}
