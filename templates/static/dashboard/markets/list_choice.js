/** The choice of the list whose markets are shown: all, the favourites, lists of one's own; and the menu that changes them. */
import { byId } from "../../shared/elements.js";
import { labelled } from "../../shared/form_fields.js";
import { element } from "../../shared/painting.js";
import { PopupMenu } from "../../shared/popup_menu.js";
import { storageOfBrowser } from "../../shared/session/session_store.js";
import { FAVOURITES } from "./own_lists.js";

const KEY = "tidewire.watch_list";
/** As the server takes it. */
const LONGEST_NAME = "40";

export class ListChoice {
  #select = byId("watch-list-choice", "select");
  #menu = new PopupMenu(byId("watch-list-menu"), byId("watch-list-menu-open"));
  #acts = { rename: byId("watch-list-rename"), delete: byId("watch-list-delete") };
  #storage = storageOfBrowser();
  #lists;
  #dialog;
  #actions;
  /** The name of a list, empty for all markets. */
  #chosen = this.#storage.getItem(KEY) ?? "";

  /**
   * @param {import("./own_lists.js").OwnLists} lists
   * @param {import("../../shared/confirm_dialog.js").ConfirmDialog} dialog
   * @param {{changed: () => void, mayChange: () => boolean}} actions `mayChange`: asks for a login where there has to be one
   */
  constructor(lists, dialog, actions) {
    this.#lists = lists;
    this.#dialog = dialog;
    this.#actions = actions;
    this.#select.addEventListener("change", () => this.#show(this.#select.value));
    this.#menu.offer(byId("watch-list-new"), () => this.#make());
    this.#menu.offer(this.#acts.rename, () => this.#ofShown((list) => this.#rename(list)));
    this.#menu.offer(this.#acts.delete, () => this.#ofShown((list) => this.#askToDelete(list)));
  }

  /** The list that the stars of rows are about. */
  get starred() {
    return this.#shown || FAVOURITES;
  }

  /** @returns {readonly string[] | null} symbols of the list that is shown; null: all markets are */
  get symbols() {
    return this.#shown ? (this.#lists.named(this.#shown)?.symbols ?? []) : null;
  }

  /** Whoever isn't signed in, or has no such list any more, sees all markets; until the lists are read, one is awaited. */
  get #shown() {
    const { isSignedIn, isLoaded } = this.#lists;
    const isThere = this.#chosen === FAVOURITES || !isLoaded || this.#lists.named(this.#chosen);
    return isSignedIn && isThere ? this.#chosen : "";
  }

  render() {
    const read = this.#lists.all.map(({ name }) => name);
    const own = [...new Set([...read, this.#shown])].filter((name) => name !== FAVOURITES && name);
    const starred = this.#lists.isSignedIn ? [optionOf(FAVOURITES, `★ ${FAVOURITES}`)] : []; // arrows that go through ask nobody to sign in
    this.#select.replaceChildren(optionOf("", "All markets"), ...starred, ...own.map((name) => optionOf(name, name)));
    this.#select.value = this.#shown;
    const isOwn = this.#shown !== FAVOURITES && read.includes(this.#shown);
    for (const item of Object.values(this.#acts)) item.hidden = !isOwn;
  }

  #make() {
    if (this.#actions.mayChange()) this.#askForName("New list", "", (name) => this.#lists.create(name));
  }

  /** @param {import("../../../types/market.js").WatchList} list */
  #rename(list) {
    this.#askForName("Rename this list", list.name, (name) => this.#lists.rename(list, name));
  }

  /** @param {(list: import("../../../types/market.js").WatchList) => void} act */
  #ofShown(act) {
    const list = this.#lists.named(this.#shown);
    if (list) act(list);
  }

  /** @param {string} name */
  #show(name) {
    this.#chosen = name;
    this.#storage.setItem(KEY, name);
    this.render();
    this.#actions.changed();
  }

  /** @param {string} title @param {string} before @param {(name: string) => Promise<void>} act */
  #askForName(title, before, act) {
    const input = element("input", { maxlength: LONGEST_NAME, autocomplete: "off" });
    input.value = before;
    this.#dialog.ask({
      ...{ title, says: [], button: "Save", fields: [labelled("Name", input, { path: "name" })] },
      act: async () => {
        const name = input.value.trim();
        await act(name);
        this.#show(name);
      },
    });
    input.focus();
    input.select();
  }

  /** @param {import("../../../types/market.js").WatchList} list */
  #askToDelete(list) {
    this.#dialog.ask({
      ...{ title: `Delete ${list.name}?`, says: ["Its markets stay in all other lists."], button: "Delete", isDangerous: true },
      act: async () => {
        await this.#lists.remove(list);
        this.#show("");
      },
    });
  }
}

/** @param {string} value @param {string} words */
function optionOf(value, words) {
  return element("option", { value }, words);
}
