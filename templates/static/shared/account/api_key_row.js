/** A key in the list of API keys, with the button that revokes it. */
import { element, setText } from "../painting.js";
import { endText, useText } from "./api_key.js";

const SURE_MILLISECONDS = 4_000;

export class ApiKeyRow {
  #revoke = element("button", { type: "button", class: "button api-key-revoke" }, "Revoke");
  #name;
  #sure = 0;
  #isUnderWay = false;

  /**
   * @param {import("./api_key.js").ApiKey} key
   * @param {number} now ms
   * @param {() => Promise<void>} revoke
   */
  constructor(key, now, revoke) {
    this.#name = key.name;
    const scopes = key.scopes.map((scope) => element("span", { class: "api-key-scope" }, scope));
    const facts = element("p", {}, element("code", {}, key.prefix), ...scopes);
    const times = element("p", {}, ...[endText, useText].map((inWords) => element("span", {}, inWords(key, now))));
    const main = element("div", { class: "api-key-main" }, element("strong", {}, key.name), facts, times);
    this.node = element("li", { class: "api-key", "data-key": String(key.id) }, main, this.#revoke);
    this.#revoke.addEventListener("click", () => this.#revokeWhenSure(revoke));
    this.#ask(false);
  }

  /** The first press asks, the second one within some seconds revokes, once. @param {() => Promise<void>} revoke */
  async #revokeWhenSure(revoke) {
    if (this.#isUnderWay) return;
    if (!this.#sure) {
      this.#ask(true);
      this.#sure = setTimeout(() => this.#ask(false), SURE_MILLISECONDS);
      return;
    }
    this.#isUnderWay = true;
    await revoke();
    this.#isUnderWay = false;
    this.#ask(false);
  }

  /** @param {boolean} isAsking */
  #ask(isAsking) {
    clearTimeout(this.#sure);
    this.#sure = 0;
    setText(this.#revoke, isAsking ? "Sure?" : "Revoke");
    const label = isAsking ? `Sure? Press again to revoke ${this.#name}` : `Revoke ${this.#name}`;
    this.#revoke.setAttribute("aria-label", label);
  }
}
