/** A list of names and values in a panel, made once and then written to. */
import { NOTHING } from "../shared/format.js";
import { element, setText } from "../shared/painting.js";

/**
 * @template Data
 * @typedef {{name: string, title?: string, value: (data: Data) => string, isBad?: (data: Data) => boolean}} Figure
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
    this.#places = figures.map(({ name, title }) => {
      const place = element("dd", {}, NOTHING);
      list.append(element("div", title ? { title } : {}, element("dt", {}, name), place));
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
