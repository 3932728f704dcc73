/**
 * What lies over the chart while something is drawn, so that nothing else there is moved or pressed: points are placed by
 * clicks or taps, two of them by dragging, too.
 */
import { byId } from "../../../shared/elements.js";

/** @typedef {import("./shapes.js").Place} Place */

/** Less is a click. */
const LEAST_PIXELS = 6;

export class DrawingSurface {
  #surface = byId("drawing-handles");
  #tool;
  #actions;
  /** @type {{pointer: number, place: Place, hasPut: boolean} | null} null: nothing is pressed */
  #pressed = null;

  /**
   * @param {import("./drawing_tool.js").DrawingTool} tool
   * @param {{put: (place: Place) => void, point: (place: Place) => void}} actions
   */
  constructor(tool, actions) {
    this.#tool = tool;
    this.#actions = actions;
    this.#surface.addEventListener("pointerdown", (event) => this.#press(event));
    this.#surface.addEventListener("pointermove", (event) => this.#tool.kind && actions.point(this.#placeOf(event)));
    this.#surface.addEventListener("pointerup", (event) => this.#release(event));
    this.#surface.addEventListener("pointercancel", () => (this.#pressed = null));
  }

  /** The first of two points is placed at once, so that the second can be dragged to. @param {PointerEvent} event */
  #press(event) {
    if (!this.#tool.kind || event.button || this.#pressed) return;
    event.preventDefault();
    const place = this.#placeOf(event);
    const hasPut = this.#tool.missing > 1;
    this.#pressed = { pointer: event.pointerId, place, hasPut };
    if (hasPut) this.#actions.put(place);
    else this.#actions.point(place);
  }

  /** @param {PointerEvent} event */
  #release(event) {
    const pressed = this.#pressed;
    if (!pressed || pressed.pointer !== event.pointerId) return;
    this.#pressed = null;
    const place = this.#placeOf(event);
    const isDragged = Math.hypot(place.x - pressed.place.x, place.y - pressed.place.y) >= LEAST_PIXELS;
    if (this.#tool.kind && (isDragged || !pressed.hasPut)) this.#actions.put(place);
  }

  /** @param {PointerEvent} event @returns {Place} */
  #placeOf({ clientX, clientY }) {
    const { left, top } = this.#surface.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  }
}
