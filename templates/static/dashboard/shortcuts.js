/**
 * The keyboard's shortcuts: single keys, listed in the dialog that `?` opens, where they can also be turned off for
 * readers whose speech or switch would press them by accident.
 */
import { byId } from "../shared/elements.js";
import { storageOfBrowser } from "../shared/session/session_store.js";

const KEY = "tidewire.shortcuts";
const SIGN = /^[^\p{L}\p{N}]$/u;

export class Shortcuts {
  #dialog = byId("shortcuts", "dialog");
  #switch = byId("shortcuts-on", "input");
  #storage = storageOfBrowser();
  /** @type {Record<string, () => void>} */
  #actions;

  /** @param {Record<string, () => void>} actions by the key that calls them; `?` is taken */
  constructor(actions) {
    this.#actions = { ...actions, "?": () => this.#dialog.showModal() };
    this.#switch.checked = this.#storage.getItem(KEY) !== "off";
    this.#switch.addEventListener("change", () => this.#storage.setItem(KEY, this.#switch.checked ? "on" : "off"));
    byId("shortcuts-open").addEventListener("click", () => this.#dialog.showModal());
    document.addEventListener("keydown", (event) => this.#press(event));
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const action = Object.hasOwn(this.#actions, event.key) && this.#actions[event.key];
    if (!action || !this.#switch.checked || isCombination(event) || isElsewhere(event)) return;
    event.preventDefault();
    action();
  }
}

/**
 * Whether the key is pressed with another that makes more of it than a character: many layouts have signs such as `[` and
 * `]` by AltGr alone, which Windows also tells as Ctrl and Alt, and on a Mac by Option; letters none.
 *
 * @param {KeyboardEvent} event
 */
function isCombination(event) {
  const { key, ctrlKey, metaKey, altKey } = event;
  const isSign = SIGN.test(key);
  if (event.getModifierState("AltGraph")) return metaKey || !isSign;
  const isByOption = isSign && /^(Mac|iP)/.test(globalThis.navigator?.platform ?? "");
  return ctrlKey || metaKey || (altKey && !isByOption);
}

/**
 * Whether the key belongs to a field that is typed into, or to a dialog.
 *
 * @param {KeyboardEvent} event
 */
function isElsewhere({ defaultPrevented, target }) {
  if (defaultPrevented) return true;
  const isField = target instanceof Element && target.matches("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])");
  return isField || document.querySelector("dialog[open]") !== null;
}
