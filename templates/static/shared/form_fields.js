/** The controls that forms are made of. */
import { byId, partsOf } from "./elements.js";
import { element } from "./painting.js";

let count = 0;

/**
 * A control with its label above it and its problem below.
 *
 * @param {string} label
 * @param {HTMLElement} control
 * @param {{path: string, kind?: string}} options `path`: as the server names it in a refusal
 */
export function labelled(label, control, { path, kind = "" }) {
  count += 1;
  control.id = `control-${count}`;
  const problem = element("p", { class: "field-problem", id: `${control.id}-problem` });
  control.setAttribute("aria-describedby", problem.id);
  control.dataset.path = path;
  return element("div", { class: `field ${kind}`.trim() }, element("label", { for: control.id }, label), control, problem);
}

/** @param {[string, string][]} options value and words @param {string} chosen @returns {HTMLSelectElement} */
export function choiceOf(options, chosen) {
  const nodes = options.map(([value, words]) => element("option", { value }, words));
  const select = element("select", {}, ...nodes);
  if (options.some(([value]) => value === chosen)) select.value = chosen;
  return select;
}

/** @param {string} value @param {Record<string, string>} [attributes] @returns {HTMLInputElement} */
export function numberField(value, attributes = {}) {
  const input = element("input", { inputmode: "decimal", autocomplete: "off", ...attributes });
  input.value = value;
  return input;
}

/**
 * Show each refusal where it belongs.
 *
 * @param {HTMLElement} form
 * @param {Record<string, string>} fields a sentence by path
 * @returns {string[]} sentences that belong to no control in sight
 */
export function showProblems(form, fields) {
  const left = new Map(Object.entries(fields));
  for (const control of partsOf(form, "[data-path]")) {
    const { path = "" } = control.dataset;
    const problem = left.get(path) ?? "";
    left.delete(path);
    const [place] = (control.getAttribute("aria-describedby") ?? "").split(" "); // others describe what may be typed
    byId(place).textContent = problem;
    if (problem) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }
  return [...left.values()];
}
