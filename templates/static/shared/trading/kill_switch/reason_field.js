/** The field for the reason that the audit keeps of each change of the kill switch. */
import { element } from "../../painting.js";
import { labelled } from "../../form_fields.js";

/** @param {string} value to begin with @returns {{input: HTMLInputElement, field: HTMLElement}} */
export function reasonField(value) {
  const input = element("input", { type: "text", maxlength: "200", autocomplete: "off" });
  input.value = value;
  return { input, field: labelled("Reason, for the audit", input, { path: "reason" }) };
}
