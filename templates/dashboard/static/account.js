/** The account in a page's top bar: who is signed in, the dialog to sign in or to create an account, and the theme. */
import { AccountForm } from "./account_form.js";
import { SIGNED_OUT_HERE_ONLY, changeInWords, waitForTokenInWords } from "./account_words.js";
import { startThemeSwitch } from "./theme_switch.js";

/**
 * Run the parts of `parts/account.html`.
 *
 * @param {import("./session.js").Session} session
 * @param {import("../client/client.js").TidewireClient} client which speaks for the session's user
 */
export function startAccount(session, client) {
  startThemeSwitch();
  const dialog = new AccountDialog(session);
  new AccountBar(session, dialog, client);
}

class AccountBar {
  #bar = byId("account");
  #name = byId("account-name");
  #open = byId("account-open");
  #signOut = byId("account-sign-out");
  #note = byId("account-note");
  #noteText = byId("account-note-text");
  #session;
  #isWaitingForToken = false;

  constructor(session, dialog, client) {
    this.#session = session;
    session.addEventListener("change", ({ detail }) => this.#changed(detail));
    this.#open.addEventListener("click", () => dialog.open());
    this.#signOut.addEventListener("click", () => this.#leave());
    byId("account-note-close").addEventListener("click", () => this.#say("", false));
    client.on("error", ({ code, message }) => code === "token_unavailable" && this.#waitForToken(message));
    for (const event of ["authenticated", "connected"]) client.on(event, () => this.#tokenCame());
    this.#show(session.user);
    this.#bar.dataset.ready = "";
  }

  #changed({ user, reason }) {
    const hadFocus = this.#bar.contains(document.activeElement);
    const { text, isLasting } = changeInWords({ user, reason });
    this.#show(user);
    this.#say(text, isLasting);
    if (hadFocus) (user ? this.#signOut : this.#open).focus();
  }

  #waitForToken(message) {
    this.#say(waitForTokenInWords(message), true);
    this.#isWaitingForToken = true;
  }

  #tokenCame() {
    if (this.#isWaitingForToken) this.#say("", false);
  }

  #show(user) {
    this.#name.textContent = this.#name.title = user?.username ?? "";
    this.#name.hidden = this.#signOut.hidden = !user;
    this.#open.hidden = Boolean(user);
    for (const part of document.querySelectorAll("[data-for-staff]")) part.hidden = !user?.is_staff;
  }

  /** @param {boolean} isLasting in sight too; else only for a screen reader, as the bar itself shows it */
  #say(text, isLasting) {
    this.#isWaitingForToken = false;
    this.#note.hidden = !text;
    this.#note.classList.toggle("visually-hidden", !isLasting);
    this.#noteText.textContent = text;
  }

  async #leave() {
    try {
      await this.#session.signOut();
    } catch (error) {
      if (error.name !== "SessionError") throw error;
      this.#say(SIGNED_OUT_HERE_ONLY, true);
    }
  }
}

class AccountDialog {
  #dialog = byId("account-dialog");
  #title = byId("account-title");
  #session;
  #signIn;
  #register;

  constructor(session) {
    this.#session = session;
    this.#signIn = new AccountForm(byId("sign-in-form"), (values) => this.#enter(values));
    this.#register = new AccountForm(byId("register-form"), (values) => this.#create(values));
    byId("account-close").addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("click", (event) => this.#clicked(event));
    this.#dialog.addEventListener("close", () => this.#forget());
    session.addEventListener("change", ({ detail: { user } }) => user && this.#dialog.close());
  }

  open() {
    this.#dialog.showModal();
    this.#show("sign-in");
  }

  /** A click on the dialog itself is one beside its content. */
  #clicked({ target }) {
    if (target === this.#dialog) this.#dialog.close();
    else if (target.dataset.show) this.#show(target.dataset.show);
  }

  #show(form) {
    const isRegistering = form === "register";
    this.#title.textContent = isRegistering ? "Create an account" : "Sign in";
    this.#signIn.show(!isRegistering);
    this.#register.show(isRegistering);
  }

  #forget() {
    this.#signIn.clear();
    this.#register.clear();
  }

  async #enter({ username, password }) {
    await this.#session.signIn({ username, password });
  }

  async #create({ username, email, password }) {
    await this.#session.register({ username, email, password });
    try {
      await this.#session.signIn({ username, password });
    } catch (error) {
      if (error.name !== "SessionError") throw error;
      this.#show("sign-in");
      this.#signIn.tell(`Your account is there. ${error.message}: sign in again later.`);
    }
  }
}

function byId(id) {
  return document.getElementById(id);
}
