/** Where one is signed in: the list, ending one session, or all others. */
import { showLatest } from "../shared/account/latest_answer.js";
import { byId } from "../shared/elements.js";
import { KeyedRows } from "../shared/keyed_rows.js";
import { element, setText } from "../shared/painting.js";
import { SessionError } from "../shared/session/session_requests.js";
import { Turns } from "../shared/turns.js";
import { clientText, loginFacts, sessionCountText } from "./account_text.js";

/** @typedef {import("./account_text.js").Login} Login */

const ADDRESS = "logins/";
const GONE = 404;
const CONNECTIONS = "Its pages and programs are signed out at once; API keys stay.";

export class SessionList {
  #panel = byId("sessions");
  #list = byId("session-list");
  #note = byId("sessions-note");
  #others = byId("sessions-end-others", "button");
  /** @type {KeyedRows<Login>} */
  #rows = new KeyedRows(this.#list, ({ id }) => String(id), (login) => this.#row(login));
  #session;
  #dialog;
  #shown = new Turns();

  /**
   * @param {import("../shared/session/session.js").Session} session
   * @param {import("../shared/confirm_dialog.js").ConfirmDialog} dialog
   */
  constructor(session, dialog) {
    this.#session = session;
    this.#dialog = dialog;
    this.#others.addEventListener("click", () => this.#askToEndOthers());
  }

  load() {
    return showLatest(this.#shown, this.#session.ask(ADDRESS), ({ items }) => this.#show(items), (problem) => setText(this.#note, problem));
  }

  forget() {
    this.#shown.begin();
    this.#rows.show([]);
    this.#others.hidden = true;
    setText(this.#note, "Loading your sessions…");
  }

  /** @param {Login[]} logins */
  #show(logins) {
    setText(this.#note, sessionCountText(logins));
    const isAlone = logins.every(({ current }) => current);
    if (isAlone && this.#others === document.activeElement) this.#panel.focus(); // which has just ended them
    this.#others.hidden = isAlone;
    this.#rows.show(logins);
  }

  /** @param {Login} login */
  #row(login) {
    const name = clientText(login);
    const facts = element("p", { class: "own-session-facts" });
    let newest = login;
    const end = login.current ? element("span", { class: "badge badge-quiet" }, "This session") : endButton(name, () => this.#askToEnd(newest));
    const row = element("li", login.current ? { "data-current": "" } : {}, element("div", {}, element("strong", {}, name), facts), end);
    const show = (/** @type {Login} */ shown) => {
      newest = shown;
      facts.replaceChildren(...loginFacts(shown, Date.now()).map((fact) => element("span", {}, fact)));
    };
    return { element: row, show };
  }

  /** @param {Login} login */
  #askToEnd(login) {
    this.#dialog.ask({
      title: `End the session of ${clientText(login)}?`,
      says: [...loginFacts(login, Date.now()).map((fact) => `${fact}.`), CONNECTIONS],
      button: "End session",
      isDangerous: true,
      act: () => this.#end(login),
    });
  }

  /** One that has ended meanwhile is gone all the same. @param {Login} login */
  async #end({ id }) {
    try {
      await this.#session.remove(`${ADDRESS}${id}/`);
    } catch (error) {
      if (!(error instanceof SessionError) || error.status !== GONE) throw error;
    }
    await this.load();
  }

  #askToEndOthers() {
    this.#dialog.ask({
      title: "End all other sessions?",
      says: ["Every other browser and program that is signed in as you is signed out at once, listed here or not.", "This session goes on. API keys stay."],
      button: "End all others",
      isDangerous: true,
      act: () => this.#session.endOtherSessions(),
    });
  }
}

/** @param {string} name of the session's program @param {() => void} act */
function endButton(name, act) {
  const button = element("button", { type: "button", class: "button", "aria-label": `End the session of ${name}` }, "End");
  button.addEventListener("click", act);
  return button;
}
