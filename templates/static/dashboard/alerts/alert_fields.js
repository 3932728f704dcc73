/** The controls of the alert's dialog that are always there, and what is asked of what stands in them. */
import { byId } from "../../shared/elements.js";
import { symbolGiven } from "../../shared/market_data/symbol_given.js";
import { momentTyped, utcBeside } from "../../shared/moments.js";
import { element, setText } from "../../shared/painting.js";
import { keepMoments } from "../../shared/time_zone/moment_fields.js";
import { numberGiven } from "../../shared/typed_numbers.js";
import { CHANNELS, SEVERITIES, TRIGGERS, isHappening } from "./alert_catalogue.js";

/** @typedef {import("./alert_form_values.js").RuleValues} RuleValues */

/**
 * Offer what there is to choose, and tell in UTC when the rule is to expire.
 *
 * @param {(act: () => void) => void} pass lets the page, and no reader, change what stands in the fields
 */
export function beginFields(pass) {
  fill(byId("alert-trigger", "select"), TRIGGERS);
  fill(byId("alert-severity", "select"), SEVERITIES);
  byId("alert-channels").append(...CHANNELS.map(channelBox));
  byId("alert-expires").addEventListener("input", tellExpiry);
  keepMoments([fieldOf("expires")], (rewrite) => {
    pass(rewrite);
    tellExpiry();
  });
}

/** @param {Omit<RuleValues, "conditions">} values */
export function writeFields({ symbol, name, combine, trigger, cooldown, expires, maxFirings, severity, channels, template }) {
  const fields = { symbol, name, combine, trigger, cooldown, expires, most: maxFirings, severity, template };
  for (const [name, value] of Object.entries(fields)) fieldOf(name).value = value;
  for (const box of boxes()) box.checked = channels.includes(box.value);
  byId("alert-more", "details").open = Boolean(expires || template || channels.length || maxFirings);
  tellExpiry();
}

/** @param {string[]} symbols that trade @returns {Omit<RuleValues, "conditions">} */
export function readFields(symbols) {
  const [typed, name, combine, trigger, cooldown, expires, maxFirings, severity, template] = [
    ...["symbol", "name", "combine", "trigger", "cooldown", "expires", "most", "severity", "template"],
  ].map((name) => fieldOf(name).value);
  const symbol = symbolGiven(typed, symbols);
  const channels = boxes().filter(({ checked }) => checked).map(({ value }) => value);
  return { symbol, name, combine, trigger, cooldown, expires, maxFirings, severity, channels, template };
}

/** Whether enough is typed for a name to be made of it. @param {import("../../../types/alerts.js").Condition} condition */
export function isWhole(condition) {
  if (isHappening(condition)) return Boolean(condition.tx || condition.address);
  if (condition.line || condition.level_source) return true;
  const { threshold, lower, upper, percent, amount } = condition;
  const numbers = [threshold, lower, upper, percent, amount].filter((value) => value !== undefined);
  return numbers.length > 0 && numbers.every((value) => Number.isFinite(Number(numberGiven(String(value)))));
}

/** @param {HTMLSelectElement} select @param {[string, string][]} options value and words */
function fill(select, options) {
  select.replaceChildren(...options.map(([value, words]) => element("option", { value }, words)));
}

/** @param {[string, string]} channel */
function channelBox([value, words]) {
  return element("label", { class: "check" }, element("input", { type: "checkbox", name: "channels", value }), words);
}

function boxes() {
  return [.../** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("#alert-channels input"))];
}

/** @param {string} name @returns {HTMLInputElement} or another control with a value */
function fieldOf(name) {
  return /** @type {HTMLInputElement} */ (byId(`alert-${name}`));
}

function tellExpiry() {
  setText(byId("alert-expires-utc"), utcBeside(momentTyped(fieldOf("expires").value)));
}
