/** Who is signed in, how, and another email address. */
import { AccountForm } from "../shared/account/account_form.js";
import { showLatest } from "../shared/account/latest_answer.js";
import { byId, partOf, partsOf } from "../shared/elements.js";
import { element, setText } from "../shared/painting.js";
import { Turns } from "../shared/turns.js";
import { profileFacts, twoFactorShort } from "./account_text.js";

export class ProfilePanel {
  #facts = byId("profile-facts");
  #note = byId("profile-note");
  #done = byId("email-done");
  #form = new AccountForm(byId("email-form", "form"), (values) => this.#change(values));
  #session;
  #shown = new Turns();

  /** @param {import("../shared/session/session.js").Session} session */
  constructor(session) {
    this.#session = session;
  }

  load() {
    return showLatest(this.#shown, this.#session.ask("me/"), (profile) => this.#show(profile), (problem) => setText(this.#note, problem));
  }

  forget() {
    this.#shown.begin();
    this.#facts.replaceChildren();
    this.#form.clear();
    for (const text of [this.#note, this.#done]) setText(text, "");
  }

  /** @param {import("./account_text.js").Profile} profile */
  #show(profile) {
    setText(this.#note, "");
    this.#facts.replaceChildren(
      ...profileFacts(profile).flatMap(([name, fact]) => [element("dt", {}, name), element("dd", {}, fact)]),
    );
    const { text, button } = twoFactorShort(profile.two_factor);
    setText(byId("two-factor-short"), text);
    setText(partOf(document, "[data-opens=account-two-factor]"), button);
    for (const field of partsOf(document, "[data-code-field]")) field.hidden = profile.two_factor !== "on";
  }

  /** @param {import("../shared/account/account_form.js").Values} values */
  async #change({ email, password, code }) {
    setText(this.#done, "");
    await this.#session.tell("email/change/", { email, password, ...(code ? { code } : {}) });
    this.#form.clear();
    setText(this.#done, `A mail is on its way to ${email}: use its link within 24 hours.`);
  }
}
