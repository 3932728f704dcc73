/** Adding a wallet by its address. */
import { byId } from "../../shared/elements.js";
import { setText } from "../../shared/painting.js";
import { isRefusal, refusalText } from "../../shared/refusal.js";
import { offerChains } from "../chain_choice.js";
import { AddressField } from "./address_field.js";
import { takenText } from "./address_text.js";

export class WalletForm {
  #form = byId("wallet-form", "form");
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
      this.#add();
    });
  }

  /** @param {string[]} chains that are followed */
  offer(chains) {
    offerChains(this.#chain, chains);
  }

  /** Let nobody see what was typed. */
  forget() {
    this.#form.reset();
    this.#clear();
  }

  #clear() {
    this.#address.clear();
    setText(byId("wallet-problem"), "");
  }

  async #add() {
    const isMeant = this.#address.begin();
    setText(byId("wallet-problem"), "");
    try {
      const wallet = await this.#requests.add({ chain: this.#chain.value, address: this.#address.value, label: this.#label.value });
      this.#label.value = "";
      this.#clear();
      this.#added(wallet);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const { message, fields = {} } = error;
      if (isMeant()) setText(byId("wallet-problem"), refusalText({ message, fields, others: this.#address.refuse(fields) }));
    }
  }
}
