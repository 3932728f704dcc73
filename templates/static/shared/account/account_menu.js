/** The menu of who is signed in: what one can do with the account. */
import { byId } from "../elements.js";

const GAP_PIXELS = 4;

export class AccountMenu {
  #menu = byId("account-menu");
  #button = byId("account-menu-open");

  constructor() {
    this.#menu.addEventListener("beforetoggle", ({ newState }) => newState === "open" && this.#place());
    window.addEventListener("resize", () => this.#menu.hidePopover());
  }

  /** @returns {boolean} */
  get hasFocus() {
    return this.#menu.contains(document.activeElement);
  }

  /** @param {string} id of an item @param {() => void} act what it does, once the menu has closed */
  offer(id, act) {
    byId(id).addEventListener("click", () => {
      this.#menu.hidePopover();
      act();
    });
  }

  /** @param {boolean} isThere false: nobody is signed in */
  show(isThere) {
    this.#button.hidden = !isThere;
    if (!isThere) this.#menu.hidePopover();
  }

  focus() {
    this.#button.focus();
  }

  /** Under its button, with the right edges in line. */
  #place() {
    const { bottom, right } = this.#button.getBoundingClientRect();
    this.#menu.style.top = `${bottom + GAP_PIXELS}px`;
    this.#menu.style.right = `${document.documentElement.clientWidth - right}px`;
  }
}
