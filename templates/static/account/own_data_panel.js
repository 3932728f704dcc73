/** All that one owns, in one file. */
import { AccountForm } from "../shared/account/account_form.js";
import { byId } from "../shared/elements.js";
import { setText } from "../shared/painting.js";
import { saveFile } from "../shared/output/saved_file.js";
import { fileName } from "./account_text.js";

export class OwnDataPanel {
  #form = new AccountForm(byId("export-form", "form"), (values) => this.#export(values));
  #done = byId("export-done");
  #session;

  /** @param {import("../shared/session/session.js").Session} session */
  constructor(session) {
    this.#session = session;
  }

  forget() {
    this.#form.clear();
    setText(this.#done, "");
  }

  /** @param {import("../shared/account/account_form.js").Values} values */
  async #export({ password, code }) {
    setText(this.#done, "Your data is gathered…");
    try {
      const data = await this.#session.tell("own-data/export/", { password, ...(code ? { code } : {}) });
      const name = fileName(data);
      saveFile(new Blob([JSON.stringify(data, null, 2)], { type: "application/json" }), name);
      this.#form.clear();
      setText(this.#done, `Saved as ${name}.`);
    } catch (error) {
      setText(this.#done, "");
      throw error;
    }
  }
}
