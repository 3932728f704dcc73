/** Adding a wallet by its address. */
import { byId, partOf } from "../../shared/elements.js";
import { letPress, exclusivePress } from "../../shared/presses/exclusive_press.js";
import { setText } from "../../shared/painting.js";
import { isRefusal, refusalText } from "../../shared/refusal.js";
import { offerChains } from "../chain_choice.js";
import { AddressField } from "./address_field.js";
import { takenText } from "./address_text.js";

export class WalletForm {
  #form = byId("wallet-form", "form");
  #button = partOf(this.#form, "button:not([type])");
  #chain = byId("wallet-chain", "select");
  #label = byId("wallet-label", "input");
  #address;
  #requests;
  #added;

  /** @param {import("../requests.js").WalletRequests} requests @param {(wallet: import("../../../types/wallets.js").Wallet) => void} added */
  constructor(requests, added) {
    this.#requests = requests;
    this.#added = added;
    const taken = async (/** @type {string} */ typed) => takenText(typed, await requests.walletsOf(typed), this.#chain.value);
    this.#address = new AddressField(this.#form, byId("wallet-address", "input"), byId("wallet-spelling", "button"), taken);
    this.#chain.addEventListener("change", () => this.#address.look());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      exclusivePress(this.#button, () => this.#add());
    });
  }

  /** @param {string[]} chains that are followed */
  offer(chains) {
    offerChains(this.#chain, chains);
  }

  /** Let nobody see what was typed, nor wait for what somebody else has asked. */
  forget() {
    this.#form.reset();
    letPress(this.#button);
    this.#clear();
  }

  #clear() {
    this.#address.clear();
    setText(byId("wallet-problem"), "");
  }

  /** What was typed meanwhile is of the next. @param {{address: string, label: string}} given */
  #clearAdded({ address, label }) {
    if (this.#label.value === label) this.#label.value = "";
    if (this.#address.value === address) this.#clear();
  }

  async #add() {
    const isMeant = this.#address.begin();
    setText(byId("wallet-problem"), "");
    try {
      const given = { chain: this.#chain.value, address: this.#address.value, label: this.#label.value };
      const wallet = await this.#requests.add(given);
      this.#clearAdded(given);
      this.#added(wallet);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const { message, fields = {} } = error;
      if (isMeant()) setText(byId("wallet-problem"), refusalText({ message, fields, others: this.#address.refuse(fields) }));
    }
  }
}
