/** The menu of drawing tools, with a list of what is drawn: all of it can be selected and deleted without a pointer. */
import { byId } from "../../../shared/elements.js";
import { element } from "../../../shared/painting.js";
import { watchSheet } from "../display/sheet.js";
import { KINDS } from "./drawing_values.js";

/** @typedef {import("./drawing_values.js").Drawing} Drawing */
/** @typedef {{begin: (kind: import("./drawing_values.js").Kind) => void, select: (id: string) => void, remove: (id: string) => void, undo: () => void}} Actions */

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
      button.addEventListener("click", () => this.#leaveTo(() => actions.begin(/** @type {import("./drawing_values.js").Kind} */ (kind))));
      byId("drawing-tools").append(button);
    }
    this.#undo.addEventListener("click", () => this.#leaveTo(() => actions.undo()));
  }

  /** @param {{drawings: Drawing[], nameOf: (drawing: Drawing) => string, mayUndo: boolean}} shown */
  show({ drawings, nameOf, mayUndo }) {
    this.#undo.hidden = !mayUndo;
    byId("drawing-none").hidden = drawings.length > 0;
    const focused = [...this.#list.querySelectorAll("button")].indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    this.#list.replaceChildren(...drawings.map((drawing) => this.#row(drawing, nameOf(drawing))));
    if (focused >= 0) (this.#list.querySelectorAll("button")[Math.max(0, focused - 1)] ?? byId("drawing-close")).focus();
  }

  /** @param {Drawing} drawing @param {string} name */
  #row({ id, colour }, name) {
    const swatch = element("span", { class: "indicator-swatch", "data-colour": colour, "aria-hidden": "true" });
    const select = element("button", { type: "button", class: "button" }, swatch, ` ${name}`);
    const remove = element("button", { type: "button", class: "icon-button", "aria-label": `Delete ${name}` }, "✕");
    select.addEventListener("click", () => this.#leaveTo(() => this.#actions.select(id)));
    remove.addEventListener("click", () => this.#actions.remove(id));
    return element("li", {}, select, remove);
  }

  /** @param {() => void} act on the chart, which the menu would cover */
  #leaveTo(act) {
    this.#menu.open = false;
    act();
  }
}
