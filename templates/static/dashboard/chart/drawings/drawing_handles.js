/**
 * The handles of the selected drawing: dragged by any pointer, moved by the arrow keys (with Shift by the market's own
 * step); the last one of several moves all of it.
 */
import { element, setText } from "../../../shared/painting.js";
import { byId } from "../../../shared/elements.js";

/**
 * @typedef {import("./shapes.js").Place} Place
 * @typedef {number | "all"} Part which point of the drawing
 * @typedef {object} Actions
 * @property {(part: Part, place: Place) => void} drag
 * @property {(part: Part, step: {right: number, up: number, isFine: boolean}) => void} step
 * @property {() => void} drop
 * @property {() => void} cancel
 */

/** @type {Record<string, {right: number, up: number}>} */
const STEPS = {
  ArrowLeft: { right: -1, up: 0 },
  ArrowRight: { right: 1, up: 0 },
  ArrowUp: { right: 0, up: 1 },
  ArrowDown: { right: 0, up: -1 },
};

export class DrawingHandles {
  #area = byId("drawing-handles");
  #actions;
  /** @type {{part: Part, node: HTMLElement}[]} */
  #handles = [];
  #held = false;

  /** @param {Actions} actions */
  constructor(actions) {
    this.#actions = actions;
  }

  /** Whether one is being dragged. */
  get isHeld() {
    return this.#held;
  }

  /** @param {Place[]} places of the points; none: nothing is selected @param {string[]} prices of each, in words */
  place(places, prices) {
    const parts = /** @type {Part[]} */ (places.length > 1 ? [...places.keys(), "all"] : [...places.keys()]);
    const names = places.length > 1 ? ["The first point", "The second point"] : ["The line"];
    if (parts.length !== this.#handles.length) this.#make(parts);
    for (const [index, { part, node }] of this.#handles.entries()) {
      put(node, part === "all" ? middleOf(places) : places[part]);
      const label = part === "all" ? "All of the drawing: arrow keys move it" : `${names[index]}, at ${prices[index]}: arrow keys move it`;
      if (node.getAttribute("aria-label") !== label) node.setAttribute("aria-label", label);
    }
  }

  focus() {
    this.#handles[0]?.node.focus();
  }

  /** @param {Part[]} parts */
  #make(parts) {
    this.#held = false;
    this.#handles = parts.map((part) => ({ part, node: this.#handle(part) }));
    this.#area.replaceChildren(...this.#handles.map(({ node }) => node));
  }

  /** @param {Part} part */
  #handle(part) {
    const node = element("button", { type: "button", class: part === "all" ? "drawing-handle drawing-handle-all" : "drawing-handle" });
    if (part === "all") setText(node, "✥");
    node.addEventListener("pointerdown", (event) => this.#hold(node, event));
    node.addEventListener("pointermove", (event) => this.#held && node.hasPointerCapture(event.pointerId) && this.#actions.drag(part, this.#placeOf(event)));
    node.addEventListener("pointerup", () => this.#release() && this.#actions.drop());
    node.addEventListener("pointercancel", () => this.#release() && this.#actions.cancel());
    node.addEventListener("keydown", (event) => this.#press(part, event));
    return node;
  }

  /** @param {HTMLElement} node @param {PointerEvent} event */
  #hold(node, event) {
    if (event.button || this.#held) return;
    event.preventDefault();
    node.focus();
    node.setPointerCapture(event.pointerId);
    this.#held = true;
  }

  /** @returns {boolean} whether one was held */
  #release() {
    const wasHeld = this.#held;
    this.#held = false;
    return wasHeld;
  }

  /** @param {Part} part @param {KeyboardEvent} event */
  #press(part, event) {
    if (event.key === "Escape" && this.#release()) {
      event.preventDefault();
      event.stopPropagation();
      this.#actions.cancel();
    }
    const step = STEPS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.#actions.step(part, { ...step, isFine: event.shiftKey });
  }

  /** @param {PointerEvent} event @returns {Place} */
  #placeOf({ clientX, clientY }) {
    const { left, top } = this.#area.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  }
}

/** @param {Place[]} places @returns {Place} */
function middleOf(places) {
  const [one, other] = places;
  return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
}

/** @param {HTMLElement} node @param {Place} place */
function put(node, { x, y }) {
  const transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  if (node.style.transform !== transform) node.style.transform = transform;
}
