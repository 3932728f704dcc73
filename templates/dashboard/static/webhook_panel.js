/** The user's webhook: its address, and its secret in the moment in which it is made. */
import { problemOf } from "./alert_answers.js";
import { tellProblems } from "./alert_dialog_fields.js";
import { setText } from "./painting.js";

const ADDRESS = "webhook/";

export class WebhookPanel {
  #form = byId("webhook-form");
  #url = byId("webhook-url");
  #requests;
  #changed;

  /** @param {import("./own_requests.js").OwnRequests} requests @param {() => void} changed */
  constructor(requests, changed) {
    this.#requests = requests;
    this.#changed = changed;
    byId("webhook-new-secret").addEventListener("click", () => this.#put({ new_secret: true }));
    byId("webhook-remove").addEventListener("click", () => this.#remove());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#put({});
    });
  }

  /** Ask the server anew. */
  load() {
    return this.#ask(async () => this.#show(await this.#requests.get(ADDRESS)));
  }

  #put(options) {
    return this.#ask(async () => {
      this.#show(await this.#requests.put(ADDRESS, { url: this.#url.value.trim(), ...options }));
      this.#changed();
    });
  }

  #remove() {
    return this.#ask(async () => {
      await this.#requests.delete(ADDRESS);
      this.#show({ url: null });
      this.#changed();
    });
  }

  /** @param {{url: string | null, secret?: string | null}} webhook */
  #show({ url, secret = null }) {
    this.#url.value = url ?? "";
    byId("webhook-new-secret").hidden = byId("webhook-remove").hidden = !url;
    byId("webhook-secret").hidden = !secret;
    setText(byId("webhook-secret-text"), secret ?? "");
  }

  async #ask(ask) {
    this.#tell({});
    try {
      await ask();
    } catch (error) {
      if (error.name !== "SessionError") throw error;
      this.#tell(error);
    }
  }

  #tell({ message = "", fields = {} }) {
    const others = tellProblems(this.#form, fields);
    setText(byId("webhook-problem"), problemOf({ message, fields, others }));
  }
}

/** @param {string} id @returns {any} */
function byId(id) {
  return document.getElementById(id);
}
