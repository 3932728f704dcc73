/**
 * Dragging a level of the chart: by its handle with any pointer, or by its line with a mouse. While one is held the
 * chart's area has `data-dragging`; where two kinds of levels are near each other, the one that was there first is taken.
 * Another finger moves and lets go of nothing. The first touch of a handle gives it the focus, with which it says whose
 * line it is; the next is a click.
 */

/** So near to a line a mouse takes hold of it. */
const REACH_PIXELS = 4;
/** Less is a click. */
const LEAST_PIXELS = 3;

/**
 * @typedef {object} Actions
 * @property {string} kind of level
 * @property {(y: number) => string | null} keyAt the level whose line is at a place, within `REACH_PIXELS`
 * @property {(key: string) => number} [belowLine] px by which its handle is below its line, where it isn't at it
 * @property {(key: string, y: number) => void} move
 * @property {(key: string) => void} drop
 * @property {(key: string) => void} cancel
 * @property {(key: string) => void} click
 */

export class LevelDrag {
  #area;
  #actions;
  /** @type {{key: string, from: number, hasMoved: boolean, pointer: number | null, isFirstTouch: boolean, below: number} | null} `pointer`: null: the mouse */
  #held = null;

  /** @param {HTMLElement} area of the chart @param {HTMLElement} canvas in it @param {Actions} actions */
  constructor(area, canvas, actions) {
    this.#area = area;
    this.#actions = actions;
    // Before the chart itself, which would scroll.
    canvas.addEventListener("mousedown", (event) => this.#grab(event), { capture: true });
    canvas.addEventListener("mousemove", (event) => this.#hover(canvas, event));
    addEventListener("pointermove", (event) => this.#holds(event) && this.#move(event));
    addEventListener("pointerup", (event) => this.#holds(event) && this.#drop());
    addEventListener("pointercancel", (event) => this.#holds(event) && this.#cancel());
    addEventListener("keydown", (event) => event.key === "Escape" && this.#cancel());
  }

  get isHeld() {
    return this.#held !== null;
  }

  /** @param {HTMLElement} handle @param {string} key of its level */
  watch(handle, key) {
    handle.addEventListener("pointerdown", (event) => {
      if (event.button || this.#held) return;
      event.preventDefault();
      const isFirstTouch = event.pointerType === "touch" && document.activeElement !== handle;
      handle.focus();
      this.#hold(key, event, { pointer: event.pointerId, isFirstTouch, below: this.#actions.belowLine?.(key) ?? 0 });
    });
  }

  /** @param {MouseEvent} event */
  #grab(event) {
    const isFree = !event.button && !event.defaultPrevented && !("drawing" in this.#area.dataset);
    const key = isFree ? this.#actions.keyAt(this.#y(event)) : null;
    if (!key) return;
    event.stopPropagation();
    event.preventDefault();
    this.#hold(key, event, { pointer: null, isFirstTouch: false, below: 0 });
  }

  /** @param {string} key @param {MouseEvent} event @param {{pointer: number | null, isFirstTouch: boolean, below: number}} how */
  #hold(key, event, how) {
    this.#held = { key, from: this.#y(event), hasMoved: false, ...how };
    this.#area.dataset.dragging = "";
  }

  /** @param {PointerEvent} event */
  #holds({ pointerId, pointerType }) {
    return this.#held !== null && (this.#held.pointer === null ? pointerType === "mouse" : pointerId === this.#held.pointer);
  }

  /** @param {HTMLElement} canvas @param {MouseEvent} event */
  #hover(canvas, event) {
    canvas.toggleAttribute(`data-grab-${this.#actions.kind}`, !event.buttons && this.#actions.keyAt(this.#y(event)) !== null);
  }

  /** @param {MouseEvent} event */
  #move(event) {
    if (!this.#held) return;
    const y = this.#y(event);
    this.#held.hasMoved ||= Math.abs(y - this.#held.from) >= LEAST_PIXELS;
    if (this.#held.hasMoved) this.#actions.move(this.#held.key, y - this.#held.below);
  }

  #drop() {
    const held = this.#release();
    if (held?.hasMoved) this.#actions.drop(held.key);
    else if (held && !held.isFirstTouch) this.#actions.click(held.key);
  }

  #cancel() {
    const held = this.#release();
    if (held) this.#actions.cancel(held.key);
  }

  #release() {
    const held = this.#held;
    this.#held = null;
    delete this.#area.dataset.dragging;
    return held;
  }

  /** @param {MouseEvent} event */
  #y({ clientY }) {
    return clientY - this.#area.getBoundingClientRect().top;
  }
}

/** @param {{key: string, y: number | null}[]} places @param {number} y @returns {string | null} the nearest in reach */
export function keyNear(places, y) {
  const inReach = places.filter((place) => place.y !== null && Math.abs(place.y - y) <= REACH_PIXELS);
  inReach.sort((one, other) => Math.abs(Number(one.y) - y) - Math.abs(Number(other.y) - y));
  return inReach[0]?.key ?? null;
}
