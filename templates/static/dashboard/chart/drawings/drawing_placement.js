/** Placing the points of a new drawing: by clicks or taps, or by the keyboard, for which all of them are put in sight. */
import { byId, parentOf } from "../../../shared/elements.js";
import { DrawingSurface } from "./drawing_surface.js";
import { DrawingTool } from "./drawing_tool.js";
import { newDrawing, pointsOf } from "./drawing_values.js";

/**
 * @typedef {import("../../../../types/market.js").Drawing} Drawing
 * @typedef {import("./shapes.js").Place} Place
 *
 * @typedef {object} Actions
 * @property {(drawing: Drawing, options?: {focuses?: boolean}) => void} add once all its points are placed
 * @property {() => void} changed what is drawn so far is another
 */

export class DrawingPlacement {
  #area = parentOf(byId("drawing-handles"));
  #tool = new DrawingTool();
  #bar;
  #groundNow;
  #actions;

  /**
   * @param {import("./drawing_bar.js").DrawingBar} bar
   * @param {() => import("./drawing_ground.js").DrawingGround | undefined} groundNow where points can be; undefined: nowhere
   * @param {Actions} actions
   */
  constructor(bar, groundNow, actions) {
    this.#bar = bar;
    this.#groundNow = groundNow;
    this.#actions = actions;
    new DrawingSurface(this.#tool, { put: (place) => this.#put(place), point: (place) => this.#point(place) });
  }

  /** Whether something is being drawn. */
  get isOn() {
    return this.#tool.kind !== null;
  }

  /** @returns {Drawing[]} what is being drawn, as far as there is anything to see */
  get draft() {
    return this.#tool.draft;
  }

  /** @param {import("../../../../types/market.js").DrawingKind} kind */
  begin(kind) {
    this.#tool.take(kind);
    this.#area.dataset.drawing = kind;
    this.#tell();
    this.#bar.focus();
  }

  /** Leave what was begun; may be called twice. */
  end() {
    this.#tool.take(null);
    delete this.#area.dataset.drawing;
  }

  #tell() {
    this.#bar.tellTool(this.#tool.text, () => this.#putInTheMiddle());
  }

  /** @param {Place} place */
  #put(place) {
    const point = this.#groundNow()?.pointAt(place);
    const drawing = point ? this.#tool.put(point) : null;
    if (drawing) return this.#actions.add(drawing);
    this.#tell();
    this.#actions.changed();
  }

  /** Who can't point gets a drawing in sight, and moves it by its handles. */
  #putInTheMiddle() {
    const { kind } = this.#tool;
    const points = kind ? (this.#groundNow()?.middle(kind) ?? []) : [];
    if (kind && points.length === pointsOf(kind)) this.#actions.add(newDrawing(kind, points), { focuses: true });
  }

  /** @param {Place} place to which what is being drawn reaches */
  #point(place) {
    this.#tool.point(this.#groundNow()?.pointAt(place) ?? null);
    this.#actions.changed();
  }
}
