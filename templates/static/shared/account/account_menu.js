/** The menu of who is signed in: what one can do with the account. */
import { byId } from "../elements.js";
import { PopupMenu } from "../popup_menu.js";

export class AccountMenu {
  #button = byId("account-menu-open");
  #menu = new PopupMenu(byId("account-menu"), this.#button);

  /** @returns {boolean} */
  get hasFocus() {
    return this.#menu.hasFocus;
  }

  /** @param {string} id of an item @param {() => void} act what it does, once the menu has closed */
  offer(id, act) {
    this.#menu.offer(byId(id), act);
  }

  /** @param {boolean} isThere false: nobody is signed in */
  show(isThere) {
    this.#button.hidden = !isThere;
    if (!isThere) this.#menu.close();
  }

  focus() {
    this.#button.focus();
  }
}
