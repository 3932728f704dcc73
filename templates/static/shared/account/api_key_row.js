/** A key in the list of API keys, with the button that revokes it. */
import { element } from "../painting.js";
import { SurePress } from "../presses/sure_press.js";
import { endText, useText } from "./api_key.js";

export class ApiKeyRow {
  /**
   * @param {import("./api_key.js").ApiKey} key
   * @param {number} now ms
   * @param {() => Promise<void>} revoke
   */
  constructor(key, now, revoke) {
    const button = element("button", { type: "button", class: "button api-key-revoke" });
    const scopes = key.scopes.map((scope) => element("span", { class: "api-key-scope" }, scope));
    const facts = element("p", {}, element("code", {}, key.prefix), ...scopes);
    const times = element("p", {}, ...[endText, useText].map((inWords) => element("span", {}, inWords(key, now))));
    const main = element("div", { class: "api-key-main" }, element("strong", {}, key.name), facts, times);
    this.node = element("li", { class: "api-key", "data-key": String(key.id) }, main, button);
    new SurePress(button, "Revoke", revoke).name(key.name);
  }
}
