/** The bar on the chart that says what is drawn or selected, and offers what can be done with it. */
import { byId } from "../../../shared/elements.js";
import { element, setText } from "../../../shared/painting.js";

/** @typedef {{words: string, act: () => void, isFirst?: boolean}} Action `isFirst`: what is most likely wanted */

export class DrawingBar {
  #bar = byId("drawing-bar");
  #text = byId("drawing-bar-text");
  #actions = byId("drawing-bar-actions");
  #close;

  /** @param {() => void} close what the cross and Escape do */
  constructor(close) {
    this.#close = close;
    byId("drawing-bar-close").addEventListener("click", () => this.#close());
    this.#bar.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      this.#close();
    });
  }

  /** @param {string} text @param {() => void} middle puts what is drawn into the middle */
  tellTool(text, middle) {
    this.#show(text, "Cancel", [{ words: "Put it in the middle", act: middle }]);
  }

  /**
   * @param {string} name of what is selected
   * @param {{create: (() => void) | null, follow: (() => void) | null, recolour: () => void, remove: () => void}} actions
   *   `create` and `follow`: null where no alert can be made on it, and where none is elsewhere that hangs on it
   */
  tellChosen(name, { create, follow, recolour, remove }) {
    const onAlert = [...(create ? [{ words: "Alert", act: create }] : []), ...(follow ? [{ words: "Move its alert here", act: follow }] : [])];
    this.#show(name, "Done", [...onAlert, { words: "Colour", act: recolour }, { words: "Delete", act: remove }]);
  }

  /** @param {string} name of what was deleted @param {() => void} undo @param {(() => void) | null} removeAlert null: none hung on it */
  tellDeleted(name, undo, removeAlert) {
    const onAlert = removeAlert ? [{ words: "Delete the alert, too", act: removeAlert }] : [];
    this.#show(`Deleted: ${name}${removeAlert ? ". Its alert goes on." : ""}`, "Close", [{ words: "Undo", act: undo }, ...onAlert]);
  }

  /** Ask whether the alert goes where its line went. @param {() => void} follow @param {() => void} leave */
  askToFollow(follow, leave) {
    const actions = [{ words: "Move the alert, too", act: follow, isFirst: true }, { words: "Leave it", act: leave }];
    this.#show("Its alert is still where the line was.", "Leave the alert there", actions);
  }

  /** Ask whether drawings from before signing in become the user's. @param {string} count in words @param {() => void} move */
  askToMove(count, move) {
    this.#show(`${count} of this browser, made before you signed in.`, "Not now", [{ words: "Move to my account", act: move, isFirst: true }]);
  }

  /** @param {string} text */
  say(text) {
    this.#show(text, "Close", []);
  }

  /** @param {string} text @returns {boolean} whether the reader has it in sight still */
  isSaying(text) {
    return !this.#bar.hidden && this.#text.textContent === text;
  }

  /** @param {string} text @param {string} closes what the cross does, in words @param {Action[]} actions */
  #show(text, closes, actions) {
    const focused = [...this.#actions.children].indexOf(/** @type {Element} */ (document.activeElement));
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
