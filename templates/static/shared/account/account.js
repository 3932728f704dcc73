/** The account in a page's top bar: who is signed in and may sign out, the dialog to sign in or register, the theme. */
import { byId, partsOf, targetOf } from "../elements.js";
import { SessionError } from "../session/session_requests.js";
import { keepShellOfApp } from "../shell/shell_registration.js";
import { startThemeSwitch } from "../theme/theme_switch.js";
import { startZoneChoice } from "../time_zone/zone_choice.js";
import { UnsavedChanges, leaveBy, typedInto } from "../unsaved_changes.js";
import { AccountForm } from "./account_form.js";
import { AccountMenu } from "./account_menu.js";
import { startAccountSecurity } from "./account_security.js";
import { SIGNED_OUT_HERE_ONLY, changeText, waitForTokenText } from "./account_text.js";
import { ApiKeysDialog } from "./api_keys_dialog.js";
import { TwoFactorDialog } from "./two_factor_dialog.js";

/** @typedef {import("../session/session.js").Session} Session */
/** @typedef {import("../../../types/session.js").User} User */
/** @typedef {import("./account_form.js").Values} Values */

/**
 * Run the parts of `shared/account.html`.
 *
 * @param {Session} session
 * @param {import("../../client/client.js").TidewireClient} client which speaks for the session's user
 * @param {import("../confirm_dialog.js").ConfirmDialog} confirm of the page
 */
export function startAccount(session, client, confirm) {
  startThemeSwitch();
  keepShellOfApp();
  startZoneChoice(session, confirm);
  const dialog = new AccountDialog(session, confirm);
  const twoFactor = new TwoFactorDialog(session, confirm);
  new AccountBar(session, { dialog, twoFactor, apiKeys: new ApiKeysDialog(session, confirm) }, client);
  startAccountSecurity(session);
  leadToTwoFactor(session, twoFactor);
}

/**
 * Staff who need it are led there when they sign in, and so is whoever comes from the admin's page for it.
 *
 * @param {Session} session
 * @param {TwoFactorDialog} twoFactor
 */
function leadToTwoFactor(session, twoFactor) {
  const isAsked = () => session.user && location.hash === "#two-factor";
  if (isAsked()) twoFactor.open();
  session.addEventListener("change", ({ detail: { user, reason } }) => {
    if (reason === "signed in" && (user?.two_factor === "required" || isAsked())) twoFactor.open();
  });
}

class AccountBar {
  #bar = byId("account");
  #name = byId("account-name");
  #open = byId("account-open");
  #menu = new AccountMenu();
  #note = byId("account-note");
  #noteText = byId("account-note-text");
  #session;
  #isWaitingForToken = false;

  /**
   * @param {Session} session
   * @param {{dialog: AccountDialog, twoFactor: TwoFactorDialog, apiKeys: ApiKeysDialog}} dialogs
   * @param {import("../../client/client.js").TidewireClient} client
   */
  constructor(session, { dialog, twoFactor, apiKeys }, client) {
    this.#session = session;
    session.addEventListener("change", ({ detail }) => this.#changed(detail));
    this.#open.addEventListener("click", () => dialog.open());
    this.#menu.offer("account-two-factor", () => twoFactor.open());
    this.#menu.offer("account-api-keys", () => apiKeys.open());
    this.#menu.offer("account-sign-out", () => this.#leave({}));
    this.#menu.offer("account-sign-out-everywhere", () => this.#leave({ everywhere: true }));
    byId("account-note-close").addEventListener("click", () => this.#say("", false));
    client.on("error", ({ code, message }) => code === "token_unavailable" && this.#waitForToken(message));
    for (const event of /** @type {const} */ (["authenticated", "connected"])) client.on(event, () => this.#tokenCame());
    this.#show(session.user);
    this.#bar.dataset.ready = "";
  }

  /** @param {import("../../../types/session.js").SessionChange} change */
  #changed({ user, reason }) {
    const hadFocus = this.#bar.contains(document.activeElement) || this.#menu.hasFocus;
    const { text, isLasting } = changeText({ user, reason });
    this.#show(user);
    this.#say(text, isLasting);
    if (hadFocus) (user ? this.#menu : this.#open).focus();
  }

  /** @param {string} message */
  #waitForToken(message) {
    this.#say(waitForTokenText(message), true);
    this.#isWaitingForToken = true;
  }

  #tokenCame() {
    if (this.#isWaitingForToken) this.#say("", false);
  }

  /** @param {User | null} user */
  #show(user) {
    this.#name.textContent = this.#name.title = user?.username ?? "";
    this.#menu.show(Boolean(user));
    this.#open.hidden = Boolean(user);
    for (const part of partsOf(document, "[data-for-staff]")) part.hidden = !user?.is_staff;
  }

  /**
   * @param {string} text
   * @param {boolean} isLasting in sight too; else only for a screen reader, as the bar itself shows it
   */
  #say(text, isLasting) {
    this.#isWaitingForToken = false;
    this.#note.hidden = !text;
    this.#note.classList.toggle("visually-hidden", !isLasting);
    this.#noteText.textContent = text;
  }

  /** @param {{everywhere?: boolean}} extent */
  async #leave(extent) {
    try {
      await this.#session.signOut(extent);
    } catch (error) {
      if (!(error instanceof SessionError)) throw error;
      this.#say(SIGNED_OUT_HERE_ONLY, true);
    }
  }
}

class AccountDialog {
  #dialog = byId("account-dialog", "dialog");
  #title = byId("account-title");
  #session;
  #signIn;
  #register;
  #code = byId("sign-in-code-field");
  #changes;

  /** @param {Session} session @param {Pick<import("../confirm_dialog.js").ConfirmDialog, "ask">} confirm */
  constructor(session, confirm) {
    this.#session = session;
    this.#changes = new UnsavedChanges(() => typedInto(byId("register-form", "form")), confirm);
    this.#signIn = new AccountForm(byId("sign-in-form", "form"), (values) => this.#enter(values));
    this.#register = new AccountForm(byId("register-form", "form"), (values) => this.#create(values));
    leaveBy(this.#dialog, byId("account-close"), () => this.#leave());
    this.#dialog.addEventListener("click", (event) => this.#clicked(event));
    this.#dialog.addEventListener("close", () => this.#forget());
    session.addEventListener("change", ({ detail: { user } }) => user && this.#dialog.close());
  }

  open() {
    this.#changes.begin();
    this.#dialog.showModal();
    this.#show("sign-in");
  }

  #leave() {
    this.#changes.leave("Discard what you have typed?", () => this.#dialog.close());
  }

  /** @param {Event} event */
  #clicked(event) {
    const { show } = targetOf(event).dataset;
    if (show) this.#show(show);
  }

  /** @param {string} form `sign-in` or `register` */
  #show(form) {
    const isRegistering = form === "register";
    this.#title.textContent = isRegistering ? "Create an account" : "Sign in";
    this.#signIn.show(!isRegistering);
    this.#register.show(isRegistering);
  }

  #forget() {
    this.#code.hidden = true;
    this.#signIn.clear();
    this.#register.clear();
  }

  /**
   * The code is asked for once the server has taken the password, and says so by naming that field.
   *
   * @param {Values} values
   */
  async #enter({ username, password, code }) {
    try {
      await this.#session.signIn({ username, password, ...(code ? { code } : {}) });
    } catch (error) {
      if (error instanceof SessionError && error.fields.code) this.#code.hidden = false;
      throw error;
    }
  }

  /** @param {Values} values */
  async #create({ username, email, password }) {
    await this.#session.register({ username, email, password });
    try {
      await this.#session.signIn({ username, password });
    } catch (error) {
      if (!(error instanceof SessionError)) throw error;
      this.#show("sign-in");
      this.#signIn.tell(`Your account is there. ${error.message}: sign in again later.`);
    }
  }
}
