/** The fields of a strategy's parameters, made of what the server says of each. */
import { choiceOf, labelled, numberField } from "../form_fields.js";
import { element } from "../painting.js";
import { initialText, rangeText } from "./parameter_values.js";
import { isSwept } from "./swept_values.js";

/** @typedef {import("../../../types/backtests.js").ParameterSchema} ParameterSchema */

export class ParameterFields {
  #place;
  /** @type {ParameterSchema[]} */
  #schema = [];
  /** @type {Map<string, HTMLInputElement | HTMLSelectElement>} by name */
  #controls = new Map();

  /** @param {HTMLElement} place which holds them after its legend */
  constructor(place) {
    this.#place = place;
  }

  get schema() {
    return this.#schema;
  }

  /** @returns {Record<string, string>} by name, as they are typed */
  get values() {
    return Object.fromEntries([...this.#controls].map(([name, control]) => [name, control.value]));
  }

  /**
   * @param {ParameterSchema[]} schema
   * @param {{isSweep: boolean, values?: Record<string, string>}} options `isSweep`: each takes several values; else
   *   one that has several gets its default
   */
  show(schema, { isSweep, values = {} }) {
    this.#schema = schema;
    this.#controls.clear();
    const fits = (/** @type {string | undefined} */ value) => isSweep || !isSwept(value ?? "");
    const fields = schema.map((parameter) => {
      const value = values[parameter.name];
      return this.#field(parameter, fits(value) ? value : undefined, isSweep);
    });
    this.#place.replaceChildren(this.#place.children[0], ...fields);
  }

  /** @param {ParameterSchema} parameter @param {string | undefined} value @param {boolean} isSweep */
  #field(parameter, value, isSweep) {
    const control = controlOf(parameter, value ?? initialText(parameter), isSweep);
    this.#controls.set(parameter.name, control);
    const field = labelled(parameter.title, control, { path: `params.${parameter.name}` });
    const hint = element("p", { class: "muted hint", id: `${control.id}-hint` }, hintOf(parameter));
    control.setAttribute("aria-describedby", `${control.getAttribute("aria-describedby")} ${hint.id}`);
    if (hint.textContent) field.append(hint);
    return field;
  }
}

/** @param {ParameterSchema} parameter @param {string} value @param {boolean} isSweep */
function controlOf(parameter, value, isSweep) {
  const { type, choices } = parameter;
  const options = type === "boolean" ? ["true", "false"] : (choices ?? []).map(String);
  const isChoice = type === "boolean" || type === "choice";
  if (isChoice && !isSweep) return choiceOf(options.map((each) => [each, wordsOf(each, type)]), value);
  return numberField(value, isSweep ? { inputmode: "text", spellcheck: "false" } : {});
}

/** @param {string} value @param {string} type */
function wordsOf(value, type) {
  if (type === "boolean") return value === "true" ? "yes" : "no";
  return value.replaceAll("_", " ");
}

/** @param {ParameterSchema} parameter */
function hintOf(parameter) {
  const range = rangeText(parameter);
  return [parameter.description, range && `(${range})`].filter(Boolean).join(" ");
}
