/** The heads of the list's columns: pressed, they order the list; while it is so, they say by what and which way. */
import { byId, partsOf, targetOf } from "../../shared/elements.js";
import { jsonOf } from "../../shared/json.js";
import { storageOfBrowser } from "../../shared/session/session_store.js";
import { orderAfter } from "./market_order.js";

const KEY = "tidewire.market_order";
const WORDS = { true: "descending", false: "ascending" };
/** Values move all the time; rows that followed each of them couldn't be pressed. */
const AGAIN_MILLISECONDS = 5_000;

/** @typedef {import("./market_order.js").Order} Order */

export class OrderHeads {
  #heads = byId("watch-list-heads");
  #list = byId("watch-list");
  #storage = storageOfBrowser();
  #changed;
  /** @type {Order | null} */
  #order = kept(this.#storage.getItem(KEY));

  /** @param {() => void} changed the list is to be ordered anew */
  constructor(changed) {
    this.#changed = changed;
    this.#heads.addEventListener("click", (event) => this.#press(targetOf(event).closest("button")));
    setInterval(() => this.#again(), AGAIN_MILLISECONDS);
    this.#show();
  }

  get order() {
    return this.#order;
  }

  /** Whether rows are to stay in their order though their values give another: under the reader's pointer or focus. */
  get isHeld() {
    return this.#order !== null && (this.#list.matches(":hover") || this.#list.contains(document.activeElement));
  }

  /** @param {HTMLButtonElement | null} button */
  #press(button) {
    if (!button) return;
    this.#order = orderAfter(this.#order, /** @type {import("./market_order.js").Column} */ (button.value));
    this.#storage.setItem(KEY, JSON.stringify(this.#order));
    this.#show();
    this.#changed();
  }

  #again() {
    if (this.#order && !this.isHeld && !document.hidden) this.#changed();
  }

  #show() {
    for (const head of partsOf(this.#heads, "th")) {
      const buttons = [...head.querySelectorAll("button")];
      const chosen = buttons.find(({ value }) => value === this.#order?.column);
      const sort = chosen && this.#order ? WORDS[/** @type {"true" | "false"} */ (String(this.#order.isDescending))] : "";
      for (const button of buttons) button.dataset.sort = button === chosen ? sort : "";
      if (sort) head.setAttribute("aria-sort", sort);
      else head.removeAttribute("aria-sort");
    }
  }
}

/** @param {string | null} text @returns {Order | null} what was kept, where it can be read */
function kept(text) {
  const order = jsonOf(text);
  return ["market", "volume", "price", "change"].includes(order?.column) ? { column: order.column, isDescending: Boolean(order.isDescending) } : null;
}
