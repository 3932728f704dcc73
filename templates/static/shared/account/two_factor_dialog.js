/** Two-factor of who is signed in: turn it on, get new recovery codes, turn it off. */
import { byId } from "../elements.js";
import { SessionError } from "../session/session_requests.js";
import { Turns } from "../turns.js";
import { leaveBy } from "../unsaved_changes.js";
import { AccountForm } from "./account_form.js";
import { twoFactorText } from "./account_text.js";

/** @typedef {import("./account_form.js").Values} Values */

const CODES_IN_WORDS =
  "Two-factor is on, and every other session of yours has ended. Keep these recovery codes: each logs you in once, without the app. They are shown this once.";
const ASKED_FIRST = {
  title: "Have you kept the recovery codes?",
  says: ["They are shown this once. Without them and the app nobody can log in as you."],
  ...{ button: "I have kept them", stay: "Show them again", isDangerous: true },
};

export class TwoFactorDialog {
  #dialog = byId("two-factor-dialog", "dialog");
  #note = byId("two-factor-note");
  #codes = byId("two-factor-codes");
  #session;
  #confirmDialog;
  #forms;
  /** Somebody else has come: codes that are answered to whoever was here are not for their eyes. */
  #users = new Turns();

  /**
   * @param {import("../session/session.js").Session} session
   * @param {Pick<import("../confirm_dialog.js").ConfirmDialog, "ask">} confirmDialog
   */
  constructor(session, confirmDialog) {
    this.#session = session;
    this.#confirmDialog = confirmDialog;
    this.#forms = {
      begin: new AccountForm(byId("two-factor-begin", "form"), (values) => this.#begin(values)),
      confirm: new AccountForm(byId("two-factor-confirm", "form"), (values) => this.#confirm(values)),
      change: new AccountForm(byId("two-factor-change", "form"), (values) => this.#change(values)),
    };
    leaveBy(this.#dialog, byId("two-factor-close"), () => this.#leave());
    this.#dialog.addEventListener("close", () => this.#closed());
    // Turning it on renews the session: the codes that came with it stay in sight.
    session.addEventListener("change", ({ detail: { reason } }) => reason === "renewed" || this.#leftBy());
  }

  async open() {
    if (!this.#dialog.open) this.#dialog.showModal();
    try {
      await this.#showState();
    } catch (error) {
      if (!(error instanceof SessionError)) throw error;
      if (this.#codes.hidden) this.#show("", `${error.message}.`);
    }
  }

  #leftBy() {
    this.#users.begin();
    this.#dialog.close();
  }

  /** Codes that came while it was asked for stay in sight. */
  async #showState() {
    const state = await this.#session.ask("two-factor/");
    if (this.#codes.hidden) this.#show(state.enabled ? "change" : "begin", twoFactorText(state));
  }

  /** @param {Values} values */
  async #begin({ password }) {
    const { secret, qr_code: picture } = await this.#session.tell("two-factor/begin/", { password });
    this.#show("confirm", "");
    byId("two-factor-picture", "img").src = picture;
    byId("two-factor-secret").textContent = secret.match(/.{1,4}/g).join(" ");
  }

  /** @param {Values} values */
  async #confirm({ code }) {
    const isHere = this.#users.current();
    const answer = await this.#session.confirmTwoFactor({ code });
    if (isHere()) this.#showCodes(answer);
  }

  /** @param {Values} values */
  async #change({ change, password, code }) {
    const isHere = this.#users.current();
    const answer = await this.#session.tell(`two-factor/${change}`, { password, code });
    if (!isHere()) return;
    if (answer) this.#showCodes(answer);
    else await this.#showState();
  }

  /** Codes that are in sight are lost with it. */
  #leave() {
    if (this.#codes.hidden) this.#dialog.close();
    else this.#confirmDialog.ask({ ...ASKED_FIRST, act: async () => this.#dialog.close() });
  }

  /** Rights may have come with it: the session tells the page whose they are now. */
  async #closed() {
    const hasCodes = !this.#codes.hidden;
    this.#forget();
    if (!hasCodes) return;
    try {
      await this.#session.renewUser();
    } catch (error) {
      if (!(error instanceof SessionError)) throw error; // the page goes on with what it knew
    }
  }

  /** They are told this once: a dialog that was closed meanwhile opens again. @param {import("../../../types/session.js").RecoveryCodes} answer */
  #showCodes({ recovery_codes: codes }) {
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#show("", CODES_IN_WORDS);
    this.#codes.replaceChildren(...codes.map((code) => itemOf(code)));
    this.#codes.hidden = false;
  }

  /** @param {string} shown the form's name; empty: none @param {string} note */
  #show(shown, note) {
    this.#forget();
    this.#note.textContent = note;
    for (const [name, form] of Object.entries(this.#forms)) form.show(name === shown);
  }

  /** What was typed and shown stays on no page that is left open. */
  #forget() {
    for (const form of Object.values(this.#forms)) form.clear();
    this.#codes.replaceChildren();
    this.#codes.hidden = true;
    byId("two-factor-picture", "img").removeAttribute("src");
    byId("two-factor-secret").textContent = "";
  }
}

/** @param {string} code */
function itemOf(code) {
  const item = document.createElement("li");
  item.textContent = code;
  return item;
}
