/** The user's webhook: its address, and its secret in the moment in which it is made. */
import { byId } from "../../shared/elements.js";
import { showProblems } from "../../shared/form_fields.js";
import { setText } from "../../shared/painting.js";
import { letPress, exclusivePress } from "../../shared/presses/exclusive_press.js";
import { refusalText } from "../../shared/refusal.js";
import { SessionError } from "../../shared/session/session_requests.js";
import { Turns } from "../../shared/turns.js";
import { ChannelResults } from "./channel_results.js";

const ADDRESS = "webhook/";

/** @typedef {import("../../../types/notifications.js").Webhook} Webhook */

const NEW_SECRET = {
  title: "Make a new secret for the webhook?",
  says: ["What is sent from now on is signed by the new one: whoever receives it and checks by the old one refuses it."],
  button: "Make a new secret",
  isDangerous: true,
};

export class WebhookPanel {
  #form = byId("webhook-form", "form");
  #url = byId("webhook-url", "input");
  #saving = byId("webhook-save");
  #requests;
  #changed;
  #results;
  /** What is shown was asked for, or changed, last: an older answer isn't shown any more. */
  #shown = new Turns();
  /** Somebody else has come: nothing that was asked before is shown to them. */
  #users = new Turns();
  #isTyped = false;
  /** The address that the server has; empty: none. */
  #saidUrl = "";

  /**
   * @param {import("../../shared/session/user_requests.js").UserRequests} requests
   * @param {Pick<import("../../shared/confirm_dialog.js").ConfirmDialog, "ask">} confirm
   * @param {() => void} changed
   */
  constructor(requests, confirm, changed) {
    this.#requests = requests;
    this.#changed = changed;
    this.#results = new ChannelResults(requests, "webhook");
    this.#url.addEventListener("input", () => (this.#isTyped = true));
    byId("webhook-new-secret").addEventListener("click", () => confirm.ask({ ...NEW_SECRET, act: () => this.#renewSecret() }));
    byId("webhook-remove").addEventListener("click", () => this.#remove());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      exclusivePress(this.#saving, () => this.#save());
    });
  }

  /** Ask the server anew; the address that the reader types meanwhile stays, and so does what is saved. */
  load() {
    this.#isTyped = false;
    const isLatest = this.#shown.begin();
    return this.#ask(this.#requests.get(ADDRESS), (webhook) => {
      if (!isLatest()) return;
      this.#show(webhook);
      this.#results.load(Boolean(webhook.url));
    });
  }

  /** The address in the field, where it isn't the one that the server has. */
  get typed() {
    const url = this.#url.value.trim();
    return url === this.#saidUrl ? "" : url || "none";
  }

  /** Throw away what was typed. */
  discard() {
    this.#isTyped = false;
    this.#url.value = this.#saidUrl;
    this.#tell({});
  }

  /** Show nothing of who was here before, and nothing that is answered to them later. */
  clear() {
    this.#users.begin();
    this.#shown.begin();
    this.#isTyped = false;
    letPress(this.#saving);
    this.#show({ url: null });
    this.#tell({});
    this.#results.clear();
  }

  #save() {
    this.#isTyped = false;
    return this.#put({ url: this.#url.value.trim() });
  }

  /** The address stays as it is saved: what is typed may be half of one, and stays typed. */
  #renewSecret() {
    this.#isTyped ||= this.typed !== ""; // one that was refused, too
    return this.#put({ url: this.#saidUrl, new_secret: true });
  }

  /** @param {{url: string, new_secret?: boolean}} given */
  #put(given) {
    return this.#ask(this.#requests.put(ADDRESS, given), (webhook) => this.#saved(webhook));
  }

  #remove() {
    this.#isTyped = false;
    return this.#ask(this.#requests.delete(ADDRESS), () => this.#saved({ url: null }));
  }

  /** A secret is told this once: no answer from before hides it, nor one of a change that keeps it. @param {Webhook} webhook */
  #saved({ url, secret }) {
    this.#shown.begin();
    const told = byId("webhook-secret-text").textContent;
    this.#show({ url, secret: secret ?? (url ? told : null) });
    this.#results.load(Boolean(url));
    this.#changed();
  }

  /** @param {Webhook} webhook */
  #show({ url, secret = null }) {
    this.#saidUrl = url ?? "";
    if (!this.#isTyped) this.#url.value = url ?? "";
    byId("webhook-new-secret").hidden = byId("webhook-remove").hidden = !url;
    byId("webhook-secret").hidden = !secret;
    setText(byId("webhook-secret-text"), secret ?? "");
  }

  /**
   * @template Answer
   * @param {Promise<Answer>} asked
   * @param {(answer: Answer) => void} answered
   */
  async #ask(asked, answered) {
    const isHere = this.#users.current();
    this.#tell({});
    try {
      const answer = await asked;
      if (isHere()) answered(answer);
    } catch (error) {
      if (!(error instanceof SessionError)) throw error;
      if (isHere()) this.#tell(error);
    }
  }

  /** @param {{message?: string, fields?: Record<string, string>}} problem */
  #tell({ message = "", fields = {} }) {
    const others = showProblems(this.#form, fields);
    setText(byId("webhook-problem"), refusalText({ message, fields, others }));
  }
}
