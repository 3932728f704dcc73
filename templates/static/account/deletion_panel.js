/** Deleting one's account: what goes, what stays and why, what has to be ended first, and doing it. */
import { AccountForm } from "../shared/account/account_form.js";
import { tell } from "../shared/account/account_security.js";
import { showLatest } from "../shared/account/latest_answer.js";
import { byId } from "../shared/elements.js";
import { element, setText } from "../shared/painting.js";
import { SessionError } from "../shared/session/session_requests.js";
import { Turns } from "../shared/turns.js";
import { goesText } from "./account_text.js";

const SURE = "Tick this first";
const NO_PASSWORD = "password is required"; // as the server says it, which isn't asked before one is sure
const CONFLICT = 409;

export class DeletionPanel {
  #form = new AccountForm(byId("deletion-form", "form"), (values) => this.#delete(values));
  #goes = byId("deletion-goes");
  #stays = byId("deletion-stays");
  #obstacles = byId("deletion-obstacles");
  #doing = byId("deletion-doing");
  #session;
  #shown = new Turns();

  /** @param {import("../shared/session/session.js").Session} session */
  constructor(session) {
    this.#session = session;
  }

  load() {
    return showLatest(this.#shown, this.#session.ask("own-data/deletion/"), (preview) => this.#show(preview), (problem) => setText(this.#goes, problem));
  }

  forget() {
    this.#shown.begin();
    this.#form.clear();
    this.#show({ goes: {}, stays: {}, obstacles: [] });
  }

  /** @param {import("./account_text.js").DeletionPreview} preview */
  #show({ goes, stays, obstacles }) {
    setText(this.#goes, goesText(goes));
    this.#stays.replaceChildren(...Object.entries(stays).map(([name, why]) => element("li", {}, `Of the ${name}: ${why}.`)));
    this.#obstacles.hidden = !obstacles.length;
    byId("deletion-obstacle-list").replaceChildren(...obstacles.map((sentence) => element("li", {}, sentence)));
  }

  /** @param {import("../shared/account/account_form.js").Values} values */
  async #delete({ password, code, sure }) {
    if (!sure) throw new SessionError("Nothing is deleted yet", { fields: { sure: SURE, ...(password ? {} : { password: NO_PASSWORD }) } });
    setText(this.#doing, "Your account is being deleted…");
    try {
      await this.#session.deleteUser({ password, ...(code ? { code } : {}) });
      tell("Your account, and all that was yours here, is deleted.");
    } catch (error) {
      if (error instanceof SessionError && error.status === CONFLICT) this.load();
      throw error;
    } finally {
      setText(this.#doing, "");
    }
  }
}
