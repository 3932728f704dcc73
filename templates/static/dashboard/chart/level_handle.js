/** The handle of a level on the chart: shows whose line it is, is dragged, and moves by the keys as a slider does. */
import { element, setData, setText } from "../../shared/painting.js";

/** @type {Record<string, number>} */
const STEPS = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 };
const SLIDER = { role: "slider", tabindex: "0", "aria-orientation": "vertical", "aria-valuemin": "0" };

/**
 * @typedef {object} Actions
 * @property {(move: {steps: number, hasShift: boolean}) => void} step
 * @property {() => void} edit by Enter and the space bar
 * @property {() => void} cancel
 */

export class LevelHandle {
  #name;

  /** @param {Actions} actions of its keys @param {{classes: string, icon?: Element}} looks `classes`: the first begins those of its parts */
  constructor(actions, { classes, icon }) {
    const [first] = classes.split(" ");
    this.#name = element("span", { class: `${first}-name` });
    this.node = element("div", { class: classes, ...SLIDER }, ...(icon ? [icon] : []), this.#name);
    this.node.addEventListener("keydown", (event) => this.#press(event, actions));
  }

  /** @param {{name: string, state: string, label: string, title: string, price: number, text: string}} level `text`: its price */
  show({ name, state, label, title, price, text }) {
    setText(this.#name, name);
    setData(this.node, "state", state);
    const values = { "aria-valuenow": String(price), "aria-valuemax": String(2 * price), "aria-valuetext": text };
    for (const [attribute, value] of Object.entries({ "aria-label": label, title, ...values })) {
      if (this.node.getAttribute(attribute) !== value) this.node.setAttribute(attribute, value);
    }
  }

  /** @param {KeyboardEvent} event @param {Actions} actions */
  #press(event, { step, edit, cancel }) {
    /** @type {Record<string, () => void>} */
    const actions = { Enter: edit, " ": edit, Escape: cancel };
    const steps = STEPS[event.key];
    const act = steps ? () => step({ steps, hasShift: event.shiftKey }) : actions[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  }
}

/**
 * Put what stands at a level to its line.
 *
 * @param {HTMLElement} node
 * @param {number | null} y px below the chart's upper edge; null: not in sight
 * @param {number} [right] px from its right one; undefined: where its style says
 */
export function placeAt(node, y, right) {
  if (node.hidden !== (y === null)) node.hidden = y === null;
  if (y === null) return;
  const transform = `translateY(${Math.round(y)}px)`;
  if (node.style.transform !== transform) node.style.transform = transform;
  const edge = right === undefined ? "" : `${right}px`;
  if (node.style.right !== edge) node.style.right = edge;
}
