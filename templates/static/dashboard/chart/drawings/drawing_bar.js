/** The bar on the chart that says what is drawn or selected, and offers what can be done with it. */
import { byId } from "../../../shared/elements.js";
import { element, setText } from "../../../shared/painting.js";

/** @typedef {{words: string, act: () => void, isFirst?: boolean}} Action `isFirst`: what is most likely wanted */

export class DrawingBar {
  #bar = byId("drawing-bar");
  #text = byId("drawing-bar-text");
  #actions = byId("drawing-bar-actions");
  /** @type {() => void} */
  #close = () => undefined;

  constructor() {
    byId("drawing-bar-close").addEventListener("click", () => this.#close());
    this.#bar.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      this.#close();
    });
  }

  /** @param {{text: string, actions: Action[], close: () => void, closes?: string}} shown `closes`: what the cross does, in words */
  show({ text, actions, close, closes = "Close" }) {
    const focused = [...this.#actions.children].indexOf(/** @type {Element} */ (document.activeElement));
    this.#close = close;
    byId("drawing-bar-close").setAttribute("aria-label", closes);
    this.#bar.hidden = false;
    this.tell(text);
    this.#actions.replaceChildren(...actions.map(button));
    if (focused >= 0) /** @type {HTMLElement} */ (this.#actions.children[focused] ?? byId("drawing-bar-close")).focus();
  }

  /** @param {string} text */
  tell(text) {
    setText(this.#text, text);
  }

  /** Put the focus on what is most likely wanted. */
  focus() {
    /** @type {HTMLElement} */ (this.#actions.firstElementChild ?? byId("drawing-bar-close")).focus();
  }

  hide() {
    this.#bar.hidden = true;
  }

  /** Whether the focus is in it. */
  get hasFocus() {
    return this.#bar.contains(document.activeElement);
  }
}

/** @param {Action} action */
function button({ words, act, isFirst = false }) {
  const node = element("button", { type: "button", class: isFirst ? "button button-primary" : "button" }, words);
  node.addEventListener("click", act);
  return node;
}
