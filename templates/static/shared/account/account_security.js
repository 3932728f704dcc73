/** What keeps an account its owner's: a new password, one that was forgotten, and whether the address is confirmed. */
import { byId, partOf } from "../elements.js";
import { SessionError, SessionRequests } from "../session/session_requests.js";
import { Turns } from "../turns.js";
import { AccountForm } from "./account_form.js";
import { addressText, problemText } from "./account_text.js";

/** @typedef {import("../session/session.js").Session} Session */
/** @typedef {import("../../../types/session.js").User} User */

/** @param {Session} session */
export function startAccountSecurity(session) {
  const requests = new SessionRequests(location.origin);
  new PasswordDialog(session, requests);
  new AddressLine(session, requests);
}

class PasswordDialog {
  #dialog = byId("password-dialog", "dialog");
  #forgot;
  #change;
  #session;
  #requests;

  /** @param {Session} session @param {SessionRequests} requests */
  constructor(session, requests) {
    this.#session = session;
    this.#requests = requests;
    this.#forgot = new AccountForm(byId("forgot-form", "form"), (values) => this.#mail(values));
    this.#change = new AccountForm(byId("password-form", "form"), (values) => this.#set(values));
    byId("forgot-password").addEventListener("click", () => this.#openForgotten());
    byId("account-change-password").addEventListener("click", () => this.#openChange());
    byId("password-close").addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("click", ({ target }) => target === this.#dialog && this.#dialog.close());
    this.#dialog.addEventListener("close", () => this.#forget());
  }

  #openForgotten() {
    byId("account-dialog", "dialog").close();
    this.#open("Forgot your password?", this.#forgot);
  }

  /** Another tab may have turned two-factor on: the server knows. */
  async #openChange() {
    this.#askCode(this.#session.user);
    this.#open("Change password", this.#change);
    try {
      this.#askCode(await this.#session.ask("me/"));
    } catch (error) {
      if (!(error instanceof SessionError)) throw error; // what was known counts; the server refuses by name
    }
  }

  /** @param {User | null} user */
  #askCode(user) {
    partOf(byId("password-form"), "[data-code-field]").hidden = user?.two_factor !== "on";
  }

  /** @param {string} title @param {AccountForm} shown */
  #open(title, shown) {
    byId("account-menu").hidePopover();
    byId("password-title").textContent = title;
    this.#dialog.showModal();
    for (const form of [this.#forgot, this.#change]) if (form !== shown) form.show(false);
    shown.show(true);
  }

  #forget() {
    this.#forgot.clear();
    this.#change.clear();
    byId("forgot-done").textContent = "";
  }

  /**
   * The server doesn't say whether there is such an account, and so the page doesn't either.
   *
   * @param {import("./account_form.js").Values} values
   */
  async #mail({ email }) {
    await this.#requests.post("password/reset/", { email });
    byId("forgot-done").textContent = `If ${email} is the address of an account, a mail with a link is on its way.`;
  }

  /** @param {import("./account_form.js").Values} passwords */
  async #set(passwords) {
    await this.#session.changePassword({ ...passwords, current: passwords.current, new: passwords.new });
    this.#dialog.close();
    tell("Your password is changed. Every other session has ended.");
  }
}

/** In the menu: that the address isn't confirmed, and another mail. It is asked anew whenever the menu opens. */
class AddressLine {
  #line = byId("account-address");
  #text = byId("account-address-text");
  #session;
  #requests;
  /** The name of whom the server has made for this page, and who hasn't been told yet where the mail went. */
  #registered = "";
  #turns = new Turns();

  /** @param {Session} session @param {SessionRequests} requests */
  constructor(session, requests) {
    this.#session = session;
    this.#requests = requests;
    byId("account-menu").addEventListener("toggle", ({ newState }) => newState === "open" && this.#ask());
    byId("account-address-send").addEventListener("click", () => this.#send());
    byId("address-note-close").addEventListener("click", () => tell(""));
    session.addEventListener("registered", ({ detail: { user } }) => (this.#registered = user.username));
    session.addEventListener("change", ({ detail: { user } }) => this.#changed(user));
    this.#show(session.user);
  }

  /** @param {User | null} user */
  #changed(user) {
    this.#show(user);
    if (!user) return;
    tell(user.username === this.#registered ? addressText(user) : "");
    this.#registered = "";
  }

  /** @param {User | null} user */
  #show(user) {
    this.#line.hidden = user?.email_confirmed !== false;
    this.#text.textContent = user ? addressText(user) : "";
  }

  async #ask() {
    if (this.#line.hidden) return;
    const isLatest = this.#turns.begin();
    await this.#try(async (access) => {
      const user = await this.#requests.get("me/", access);
      if (isLatest()) this.#show(user);
    });
  }

  #send() {
    this.#turns.begin(); // what was asked before says nothing of this mail
    return this.#try(async (access) => {
      await this.#requests.post("email/send-confirmation/", {}, access);
      this.#text.textContent = `Another mail is on its way to ${this.#session.user?.email}.`;
    });
  }

  /** @param {(access: string) => Promise<void>} act */
  async #try(act) {
    try {
      const access = await this.#session.token();
      if (access) await act(access);
    } catch (error) {
      if (!(error instanceof SessionError)) throw error;
      this.#text.textContent = problemText(error);
    }
  }
}

/** @param {string} text a line over the page; empty: nothing is said any more */
export function tell(text) {
  byId("address-note").hidden = !text;
  byId("address-note-text").textContent = text;
}
