/** The fields in which a grid's parameters are changed, as they are to begin with. */
import { choiceOf, labelled, numberField } from "../../shared/form_fields.js";
import { text } from "../../shared/typed_numbers.js";
import { isWaiting } from "./change_effects.js";
import { PARAMETER_NAMES } from "./grid_text.js";

/** @typedef {import("../../../types/grids.js").GridParameters} GridParameters */

export class ChangeFields {
  /** @type {Map<string, HTMLInputElement | HTMLSelectElement>} by name */
  #controls = new Map();
  #typed;

  /** @param {import("../../../types/grids.js").Grid} grid @param {() => void} typed */
  constructor(grid, typed) {
    const { parameters } = grid;
    this.#typed = typed;
    const trigger = isWaiting(grid) ? ["trigger_price"] : []; // of one that has begun it says nothing any more
    const size = parameters.order_size === null ? "investment" : "order_size";
    const names = /** @type {(keyof GridParameters)[]} */ (["lower_price", "upper_price", "grid_count", "spacing", size, ...trigger, "stop_loss", "take_profit"]);
    this.elements = names.map((name) => this.#field(name, text(parameters[name])));
  }

  /** @returns {Record<string, string>} as they are typed */
  get values() {
    return Object.fromEntries([...this.#controls].map(([name, control]) => [name, control.value]));
  }

  /** @param {string} name @param {string} value */
  #field(name, value) {
    const control = name === "spacing" ? choiceOf([["arithmetic", "arithmetic"], ["geometric", "geometric"]], value) : numberField(value);
    this.#controls.set(name, control);
    control.addEventListener("input", () => this.#typed());
    return labelled(PARAMETER_NAMES[name], control, { path: `params.${name}` });
  }
}
