/** A list of names and values in a panel, made once and then written to. */
import { NOTHING } from "../shared/format.js";
import { element, setText } from "../shared/painting.js";

/**
 * @template Data
 * @typedef {{name: string, title?: string, value: (data: Data) => string, isLong?: boolean, isBad?: (data: Data) => boolean}} Figure
 */

/** @template Data */
export class Figures {
  #figures;
  #places;

  /**
   * @param {HTMLElement} list a `dl`
   * @param {Figure<Data>[]} figures
   */
  constructor(list, figures) {
    this.#figures = figures;
    this.#places = figures.map(({ name, title, isLong }) => {
      const place = element("dd", {}, NOTHING);
      const attributes = { ...(title && { title }), ...(isLong && { class: "long" }) };
      list.append(element("div", attributes, element("dt", {}, name), place));
      return place;
    });
  }

  /** @param {Data | null} data null: nothing is known */
  show(data) {
    this.#figures.forEach(({ value, isBad }, index) => {
      const place = this.#places[index];
      setText(place, data ? value(data) : NOTHING);
      place.classList.toggle("bad", Boolean(data && isBad?.(data)));
    });
  }
}
