/** Watching a single transaction by its hash. */
import { byId, partOf } from "../../shared/elements.js";
import { showProblems } from "../../shared/form_fields.js";
import { letPress, exclusivePress } from "../../shared/presses/exclusive_press.js";
import { setText } from "../../shared/painting.js";
import { isRefusal, refusalText } from "../../shared/refusal.js";
import { Turns } from "../../shared/turns.js";
import { offerChains } from "../chain_choice.js";

export class TransactionForm {
  #form = byId("transaction-form", "form");
  #button = partOf(this.#form, "button:not([type])");
  #chain = byId("transaction-chain", "select");
  #hash = byId("transaction-hash", "input");
  #requests;
  #watched;
  #users = new Turns();

  /** @param {import("../requests.js").WalletRequests} requests @param {() => void} watched */
  constructor(requests, watched) {
    this.#requests = requests;
    this.#watched = watched;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      exclusivePress(this.#button, () => this.#watch());
    });
  }

  /** @param {string[]} chains that are followed */
  offer(chains) {
    offerChains(this.#chain, chains);
  }

  /** Let nobody see what was typed, nor wait for what somebody else has asked. */
  forget() {
    this.#form.reset();
    this.#users.begin();
    letPress(this.#button);
    this.#tell("", {});
  }

  async #watch() {
    const isHere = this.#users.current();
    this.#tell("", {});
    try {
      const hash = this.#hash.value;
      await this.#requests.watch({ chain: this.#chain.value, hash });
      if (this.#hash.value === hash) this.#hash.value = ""; // what was typed meanwhile is of the next
      this.#watched();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (isHere()) this.#tell(error.message, error.fields ?? {});
    }
  }

  /** @param {string} message @param {Record<string, string>} fields */
  #tell(message, fields) {
    const others = showProblems(this.#form, fields);
    setText(byId("transaction-problem"), refusalText({ message, fields, others }));
  }
}
