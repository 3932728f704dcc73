/** The handle of a level on the chart: shows whose line it is, is dragged, and moves by the keys as a slider does. */
import { element, setData, setText } from "../../shared/painting.js";

const BELL = "M8 2a3.6 3.6 0 0 0-3.6 3.6c0 3-1.4 4.2-1.4 4.2h10s-1.4-1.2-1.4-4.2A3.6 3.6 0 0 0 8 2zM6.8 12.4a1.3 1.3 0 0 0 2.4 0";
/** @type {Record<string, number>} */
const STEPS = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 };

/**
 * @typedef {object} Actions
 * @property {(move: {steps: number, isFine: boolean}) => void} step
 * @property {() => void} edit
 * @property {() => void} cancel
 */

export class LevelHandle {
  #name = element("span", { class: "alert-handle-name" });

  /** @param {Actions} actions of its keys */
  constructor(actions) {
    this.node = element("div", { class: "alert-handle", role: "slider", tabindex: "0", "aria-orientation": "vertical", "aria-valuemin": "0" }, bell(), this.#name);
    this.node.addEventListener("keydown", (event) => this.#press(event, actions));
  }

  /** @param {{name: string, state: string, price: number, text: string}} level `text`: its price */
  show({ name, state, price, text }) {
    setText(this.#name, name);
    setData(this.node, "state", state);
    const attributes = { "aria-label": `Alert ${name}`, title: `${name}: drag to move, click to edit` };
    const values = { "aria-valuenow": String(price), "aria-valuemax": String(2 * price), "aria-valuetext": text };
    for (const [attribute, value] of Object.entries({ ...attributes, ...values })) {
      if (this.node.getAttribute(attribute) !== value) this.node.setAttribute(attribute, value);
    }
  }

  /** @param {number | null} y px below the chart's upper edge; null: not in sight @param {number} right px from its right one */
  place(y, right) {
    if (this.node.hidden !== (y === null)) this.node.hidden = y === null;
    if (y === null) return;
    const transform = `translateY(${Math.round(y)}px)`;
    if (this.node.style.transform !== transform) this.node.style.transform = transform;
    const edge = `${right}px`;
    if (this.node.style.right !== edge) this.node.style.right = edge;
  }

  /** @param {KeyboardEvent} event @param {Actions} actions */
  #press(event, { step, edit, cancel }) {
    /** @type {Record<string, () => void>} */
    const actions = { Enter: edit, " ": edit, Escape: cancel };
    const steps = STEPS[event.key];
    const act = steps ? () => step({ steps, isFine: event.shiftKey }) : actions[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  }
}

function bell() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", BELL);
  svg.append(path);
  return svg;
}
