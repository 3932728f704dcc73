/** The controls that forms are made of. */
import { byId, partsOf } from "./elements.js";
import { capitalized } from "./format.js";
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
 * Show each refusal where it belongs, in the words of the form: a parameter that it names is called as its field is.
 *
 * @param {HTMLElement} form
 * @param {Record<string, string>} fields a sentence by path
 * @returns {string[]} sentences that belong to no control in sight
 */
export function showProblems(form, fields) {
  const left = new Map(Object.entries(fields));
  const controls = [...partsOf(form, "[data-path]")];
  const labels = new Map(controls.map((control) => [control.dataset.path ?? "", labelOf(form, control)]));
  const short = new Map([...labels].map(([path, label]) => [lastOf(path), label]));
  for (const control of controls) {
    const { path = "" } = control.dataset;
    const problem = inWordsOfForm(left.get(path) ?? "", new Map([...short, ...labels, [lastOf(path), labels.get(path) ?? ""]]));
    left.delete(path);
    showProblem(control, problem);
  }
  return [...left.values()];
}

/** What was wrong says nothing of what is typed since: it goes before the form looks at that. */
const UNTIL_TYPED = { once: true, capture: true };

/** @param {Element} control @param {string} problem until something else is typed; empty: none */
export function showProblem(control, problem) {
  if (problem) control.addEventListener("input", () => showProblem(control, ""), UNTIL_TYPED);
  const [place] = (control.getAttribute("aria-describedby") ?? "").split(" "); // others describe what may be typed
  byId(place).textContent = problem;
  if (problem) control.setAttribute("aria-invalid", "true");
  else control.removeAttribute("aria-invalid");
}

/** @param {HTMLElement} form @param {HTMLElement} control @returns {string} its label, or its legend, as far as a sentence takes it */
export function labelOf(form, control) {
  const place = control.matches("fieldset") ? control.querySelector("legend") : form.querySelector(`label[for="${control.id}"]`);
  return (place?.textContent ?? "").split(/[,(]/)[0].trim();
}

/** @param {string} path such as `params.period` @returns {string} the name alone, as a sentence about it may have it */
function lastOf(path) {
  return path.slice(path.lastIndexOf(".") + 1);
}

/**
 * @param {string} sentence as the server writes it: `threshold must be a number`
 * @param {Map<string, string>} labels by the names of parameters
 * @returns {string} such as `Level must be a number`
 */
function inWordsOfForm(sentence, labels) {
  if (!sentence) return "";
  const left = new Map(labels); // named once, a parameter; told again, what it is called in the language: `token must be the token of a bot`
  const words = sentence.split(" ").map((word, index) => {
    const label = left.get(word);
    if (!label) return word;
    left.delete(word);
    return index ? label[0].toLowerCase() + label.slice(1) : label;
  });
  return capitalized(words.join(" "));
}
