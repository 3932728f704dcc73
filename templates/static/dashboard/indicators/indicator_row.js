/** One chosen indicator in the menu: its parameters, its colours, and what takes it off the chart. */
import { element, setText } from "../../shared/painting.js";
import { COLOURS, colourOf, fitting, paintedLines } from "./indicator_choice.js";

/** @typedef {import("./indicator_choice.js").Chosen} Chosen */
/** @typedef {{changed: () => void, removed: () => void}} Told */
/** @typedef {{node: HTMLElement, control: HTMLElement, does: string}} Named `does`: what it is for, before the indicator's title */
/** @typedef {{node: HTMLElement, name: (title: string) => void}} Row `name` tells what its indicator is called among the others */

const FINE_STEP = "0.1";

/** @param {Chosen} chosen @param {Told} told @returns {Row} */
export function indicatorRow(chosen, { changed, removed }) {
  const { key, title, parameters } = chosen.entry;
  const fields = parameters.map((parameter) => parameterField(chosen, parameter, changed));
  const colours = paintedLines(chosen.entry).map((colour) => colourField(chosen, colour, changed));
  const remove = element("button", { type: "button", class: "icon-button" }, "✕");
  remove.addEventListener("click", removed);
  const head = element("div", { class: "indicator-head" }, element("span", { class: "indicator-title" }, title), ...colours.map(({ node }) => node), remove);
  const node = element("li", { "data-key": key }, head, ...fields.map((field) => field.node));
  const named = [...fields, ...colours, { control: remove, does: "Remove" }];
  return { node, name: (among) => named.forEach(({ control, does }) => control.setAttribute("aria-label", `${does} ${among}`)) };
}

/** @param {Chosen} chosen @param {import("./indicator_catalogue.js").Parameter} parameter @param {() => void} changed @returns {Named} */
function parameterField(chosen, parameter, changed) {
  const { name, label, least, most, isWhole } = parameter;
  const bounds = { min: String(least), max: String(most), step: isWhole ? "1" : FINE_STEP };
  const input = element("input", { type: "number", ...bounds });
  const refusal = element("span", { class: "indicator-refusal", role: "status" });
  input.value = String(chosen.parameters[name]);
  input.addEventListener("change", () => {
    const asked = input.valueAsNumber;
    const former = { ...parameter, initial: chosen.parameters[name] };
    chosen.parameters[name] = fitting(former, asked);
    input.value = String(chosen.parameters[name]);
    setText(refusal, chosen.parameters[name] === asked ? "" : `It must be ${isWhole ? "whole, " : ""}from ${least} to ${most}`);
    changed();
  });
  const node = element("label", { class: "indicator-parameter" }, element("span", {}, label), input, refusal);
  return { node, control: input, does: `${label} of` };
}

/** @param {Chosen} chosen @param {string} colour of the catalogue @param {() => void} changed @returns {Named} */
function colourField(chosen, colour, changed) {
  const { lines } = chosen.entry;
  const names = lines.filter((line) => line.colour === colour).map(({ key }) => key);
  const does = names.length < lines.length ? `Colour of ${names.join(", ")} of` : "Colour of";
  const options = Object.entries(COLOURS).map(([value, words]) => element("option", { value }, words));
  const select = element("select", {}, ...options);
  const swatch = element("span", { class: "indicator-swatch", "data-colour": colourOf(chosen, colour), "aria-hidden": "true" });
  select.value = colourOf(chosen, colour);
  select.addEventListener("change", () => {
    chosen.colours[colour] = swatch.dataset.colour = select.value;
    changed();
  });
  return { node: element("span", { class: "indicator-colour" }, swatch, select), control: select, does };
}
