/** API keys of who is signed in: the list, revoking one, and a new one, whose text is shown this once. */
import { byId, partOf } from "../elements.js";
import { element, setText } from "../painting.js";
import { SessionError } from "../session/session_requests.js";
import { Turns } from "../turns.js";
import { UnsavedChanges, leaveBy, typedInto } from "../unsaved_changes.js";
import { AccountForm } from "./account_form.js";
import { problemText } from "./account_text.js";
import { ENDS, SCOPES, keyCountText, newKeyOf } from "./api_key.js";
import { ApiKeyRow } from "./api_key_row.js";
import { NewApiKey } from "./new_api_key.js";
import { showLatest } from "./latest_answer.js";

const ADDRESS = "keys/";

export class ApiKeysDialog {
  #dialog = byId("api-keys-dialog", "dialog");
  #note = byId("api-keys-note");
  #list = byId("api-key-list");
  #fields = byId("api-key-form", "form");
  #form = new AccountForm(this.#fields, (values) => this.#make(values));
  #made = new NewApiKey(() => this.#load());
  #session;
  #changes;
  /** @type {string | undefined} of whoever has opened it: for nobody else does it stay */
  #userId;
  /** What was asked for last is shown; an older answer, or one to somebody else, isn't. */
  #shown = new Turns();

  /**
   * @param {import("../session/session.js").Session} session
   * @param {Pick<import("../confirm_dialog.js").ConfirmDialog, "ask">} confirm
   */
  constructor(session, confirm) {
    this.#session = session;
    this.#changes = new UnsavedChanges(() => typedInto(this.#fields), confirm);
    partOf(byId("api-key-scopes"), "legend").after(...SCOPES.map(scopeBox));
    byId("api-key-expires", "select").append(...ENDS.map(({ value, text }) => element("option", { value }, text)));
    leaveBy(this.#dialog, byId("api-keys-close"), () => this.#leave());
    this.#dialog.addEventListener("close", () => this.#forget());
    session.addEventListener("change", ({ detail: { user } }) => user?.user_id !== this.#userId && this.#dialog.close());
  }

  open() {
    this.#userId = this.#session.user?.user_id;
    partOf(this.#dialog, "[data-code-field]").hidden = this.#session.user?.two_factor !== "on";
    if (!this.#dialog.open) {
      this.#changes.begin();
      this.#dialog.showModal();
    }
    return this.#load();
  }

  /** Close it, unless a new key isn't kept yet; where that throws away what was typed, once the reader agrees. */
  #leave() {
    if (this.#made.isKept()) this.#changes.leave("Discard what you have typed?", () => this.#dialog.close());
  }

  #load() {
    return showLatest(this.#shown, this.#session.ask(ADDRESS), ({ items }) => this.#show(items), (problem) => setText(this.#note, problem));
  }

  /** @param {import("./api_key.js").ApiKey[]} keys */
  #show(keys) {
    const now = Date.now();
    this.#note.textContent = keyCountText(keys);
    this.#list.replaceChildren(...keys.map((key) => new ApiKeyRow(key, now, () => this.#revoke(key)).node));
    this.#fields.hidden = false;
    if (!this.#dialog.contains(document.activeElement)) byId("api-keys-close").focus(); // what had it is gone
  }

  /**
   * One that somebody has revoked before is gone all the same: the list says what there is.
   *
   * @param {import("./api_key.js").ApiKey} key
   */
  async #revoke({ id, name }) {
    const isLatest = this.#shown.begin();
    try {
      await this.#session.remove(`${ADDRESS}${id}/`);
    } catch (error) {
      if (!(error instanceof SessionError)) throw error;
      if (isLatest()) this.#note.textContent = problemText(error);
      return;
    }
    if (!isLatest()) return;
    await this.#load();
    if (this.#dialog.open) this.#note.textContent = `${name} is revoked. ${this.#note.textContent}`;
  }

  /** @param {import("./account_form.js").Values} values */
  async #make({ name, expires_at: end, password, code }) {
    const isLatest = this.#shown.begin();
    const scopes = new FormData(this.#fields).getAll("scopes").map(String);
    const { key } = await this.#session.tell(ADDRESS, { ...newKeyOf({ name, scopes, end }, Date.now()), password, code });
    if (!isLatest()) return;
    this.#forget();
    this.#made.show(key);
  }

  /** What was typed and shown stays on no page that is left open. */
  #forget() {
    this.#shown.begin();
    this.#made.clear();
    this.#form.clear();
    this.#changes.begin();
    this.#fields.hidden = true;
    this.#list.replaceChildren();
    this.#note.textContent = "";
  }
}

/** @param {{value: string, text: string}} scope */
function scopeBox({ value, text }) {
  /** @type {Record<string, string>} */
  const box = { type: "checkbox", name: "scopes", value, "aria-describedby": "api-key-scopes-problem" };
  if (value === "read") box.checked = "";
  return element("label", {}, element("input", box), element("span", {}, text));
}
