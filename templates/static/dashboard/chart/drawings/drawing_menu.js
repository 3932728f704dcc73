/** The menu of drawing tools, with a list of what is drawn: all of it can be selected and deleted without a pointer. */
import { byId, partsOf } from "../../../shared/elements.js";
import { element } from "../../../shared/painting.js";
import { watchSheet } from "../display/sheet.js";
import { KINDS } from "./drawing_values.js";

/** @typedef {import("../../../../types/market.js").Drawing} Drawing */
/** @typedef {{begin: (kind: import("../../../../types/market.js").DrawingKind) => void, select: (id: string) => void, remove: (id: string) => void, undo: () => void}} Actions */
/** @typedef {{id: string | undefined, place: number, button: number}} Focused the drawing, where it stands, and which of its buttons */

export class DrawingMenu {
  #menu = byId("drawing-menu", "details");
  #list = byId("drawing-list");
  #undo = byId("drawing-undo", "button");
  #actions;

  /** @param {Actions} actions */
  constructor(actions) {
    this.#actions = actions;
    watchSheet("drawing-menu");
    for (const [kind, words] of Object.entries(KINDS)) {
      const button = element("button", { type: "button", class: "button", "data-kind": kind }, words);
      button.addEventListener("click", () => this.#leaveTo(() => actions.begin(/** @type {import("../../../../types/market.js").DrawingKind} */ (kind))));
      byId("drawing-tools").append(button);
    }
    this.#undo.addEventListener("click", () => this.#leaveTo(() => actions.undo()));
  }

  /** @param {{drawings: Drawing[], nameOf: (drawing: Drawing) => string, mayUndo: boolean}} shown */
  show({ drawings, nameOf, mayUndo }) {
    this.#undo.hidden = !mayUndo;
    byId("drawing-none").hidden = drawings.length > 0;
    const focused = this.#focused;
    this.#list.replaceChildren(...drawings.map((drawing) => this.#row(drawing, nameOf(drawing))));
    if (focused) this.#focus(focused);
  }

  /** @returns {Focused | null} null: the focus is elsewhere */
  get #focused() {
    const rows = this.#rows;
    const place = rows.findIndex((row) => row.contains(document.activeElement));
    if (place < 0) return null;
    const button = [...rows[place].children].findIndex((each) => each === document.activeElement);
    return { id: rows[place].dataset.id, place, button };
  }

  /** The same button again, or where its drawing is gone what selects the one in its place: never another's ✕. @param {Focused} before */
  #focus({ id, place, button }) {
    const rows = this.#rows;
    const same = rows.find((row) => row.dataset.id === id);
    const next = same ? same.children[button] : rows[place]?.firstElementChild;
    /** @type {HTMLElement} */ (next ?? byId("drawing-close")).focus();
  }

  get #rows() {
    return [...partsOf(this.#list, "li")];
  }

  /** @param {Drawing} drawing @param {string} name */
  #row({ id, colour }, name) {
    const swatch = element("span", { class: "indicator-swatch", "data-colour": colour, "aria-hidden": "true" });
    const select = element("button", { type: "button", class: "button" }, swatch, ` ${name}`);
    const remove = element("button", { type: "button", class: "icon-button", "aria-label": `Delete ${name}` }, "✕");
    select.addEventListener("click", () => this.#leaveTo(() => this.#actions.select(id)));
    remove.addEventListener("click", () => this.#actions.remove(id));
    return element("li", { "data-id": id }, select, remove);
  }

  /** @param {() => void} act on the chart, which the menu would cover */
  #leaveTo(act) {
    this.#menu.open = false;
    act();
  }
}
