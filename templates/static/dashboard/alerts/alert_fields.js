/** The controls of the alert's dialog that are always there, and what is asked of what stands in them. */
import { byId } from "../../shared/elements.js";
import { element } from "../../shared/painting.js";
import { numberGiven } from "../../shared/typed_numbers.js";
import { isHappening } from "./alert_catalogue.js";

/** Whether enough is typed for a name to be made of it. @param {import("./alert_rule.js").Condition} condition */
export function isWhole(condition) {
  if (isHappening(condition)) return Boolean(condition.tx || condition.address);
  if (condition.line || condition.level_source) return true;
  const { threshold, lower, upper, percent, amount } = condition;
  const numbers = [threshold, lower, upper, percent, amount].filter((value) => value !== undefined);
  return numbers.length > 0 && numbers.every((value) => Number.isFinite(Number(numberGiven(String(value)))));
}

/** @param {HTMLSelectElement} select @param {[string, string][]} options value and words */
export function fill(select, options) {
  select.replaceChildren(...options.map(([value, words]) => element("option", { value }, words)));
}

/** @param {[string, string]} channel */
export function channelBox([value, words]) {
  return element("label", { class: "check" }, element("input", { type: "checkbox", name: "channels", value }), words);
}

export function boxes() {
  return [.../** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("#alert-channels input"))];
}

/** @param {string} name @returns {HTMLInputElement} or another control with a value */
export function fieldOf(name) {
  return /** @type {HTMLInputElement} */ (byId(`alert-${name}`));
}
