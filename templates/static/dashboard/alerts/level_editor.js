/** The controls of a level that is another series, in a condition of the alert's dialog. */
import { choiceOf, labelled, numberField } from "../../shared/form_fields.js";
import { offeredIntervals, intervalText } from "../../shared/market_data/intervals.js";
import { indicatorOf, needsInterval } from "./alert_catalogue.js";
import { fieldsFor, indicatorsFor, isAtClose, levelWith, sourcesFor } from "./level_series.js";

/**
 * @typedef {import("./level_series.js").LevelValues} LevelValues
 * @typedef {{level: LevelValues, condition: import("./alert_form_values.js").ConditionValues, prefix: string, trigger: string}} Place
 */

export class LevelEditor {
  #chosen;
  #typed;

  /**
   * @param {(level: LevelValues, path: string) => void} chosen told of what may change which controls there are, and of the one that has the focus
   * @param {(level: LevelValues) => void} typed told of each key
   */
  constructor(chosen, typed) {
    this.#chosen = chosen;
    this.#typed = typed;
  }

  /** @param {Place} place @returns {HTMLElement[]} */
  controls(place) {
    const { level, condition, trigger } = place;
    const controls = [this.#choice("Series", "source", sourcesFor(condition), place)];
    if (level.source === "indicator") controls.push(this.#choice("Its indicator", "indicator", indicatorsFor(condition), place));
    const fields = fieldsFor(condition, level);
    if (fields.length > 1) controls.push(this.#choice("Its value", "field", fields, place));
    if (needsInterval(level.source) && !isAtClose(trigger)) {
      const intervals = offeredIntervals().map((each) => /** @type {[string, string]} */ ([each, intervalText(each)]));
      controls.push(this.#choice("Its candles of", "interval", intervals, place));
    }
    return level.source === "indicator" ? [...controls, ...this.#parameters(place)] : controls;
  }

  /**
   * @param {string} label
   * @param {"source" | "indicator" | "field" | "interval"} name
   * @param {[string, string][]} options value and words
   * @param {Place} place
   */
  #choice(label, name, options, place) {
    const select = choiceOf(options, place.level[name]);
    const path = `${place.prefix}level_source.${name}`;
    select.addEventListener("change", () => this.#chosen(levelWith(place.level, place.condition, name, select.value), path));
    return labelled(label, select, { path });
  }

  /** @param {Place} place */
  #parameters(place) {
    return indicatorOf(place.level.indicator).parameters.map(({ name, label, initial }) => {
      const input = numberField(place.level.parameters[name] ?? String(initial));
      input.addEventListener("input", () => {
        place.level = { ...place.level, parameters: { ...place.level.parameters, [name]: input.value } };
        this.#typed(place.level);
      });
      return labelled(`Its ${label.toLowerCase()}`, input, { path: `${place.prefix}level_source.parameters.${name}`, kind: "short" });
    });
  }
}
