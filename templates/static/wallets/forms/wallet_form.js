/** Adding a wallet by its address: the checksum is told as one types, and the right spelling offered. */
import { byId } from "../../shared/elements.js";
import { showProblems } from "../../shared/form_fields.js";
import { setText } from "../../shared/painting.js";
import { isRefusal, refusalText } from "../../shared/refusal.js";
import { Turns } from "../../shared/turns.js";
import { offerChains } from "../chain_choice.js";
import { isWorthAsking, spellingOf, takenText, typedText } from "./address_text.js";

const WAIT_MILLISECONDS = 150;

export class WalletForm {
  #form = byId("wallet-form", "form");
  #chain = byId("wallet-chain", "select");
  #address = byId("wallet-address", "input");
  #label = byId("wallet-label", "input");
  #said = byId("wallet-address-said");
  #spelling = byId("wallet-spelling", "button");
  #turns = new Turns();
  #requests;
  #added;

  /** @param {import("../requests.js").WalletRequests} requests @param {(wallet: import("../../../types/wallets.js").Wallet) => void} added */
  constructor(requests, added) {
    this.#requests = requests;
    this.#added = added;
    this.#address.addEventListener("input", () => this.#typed());
    this.#chain.addEventListener("change", () => this.#typed());
    this.#spelling.addEventListener("click", () => this.#respell());
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
    this.#turns.begin();
    this.#tell({}, "");
    setText(byId("wallet-problem"), "");
  }

  #typed() {
    const isMeant = this.#turns.begin();
    const { value } = this.#address;
    this.#tell({}, typedText(value));
    if (isWorthAsking(value)) setTimeout(() => isMeant() && this.#ask(value, isMeant), WAIT_MILLISECONDS);
  }

  /** @param {string} typed @param {() => boolean} isMeant */
  async #ask(typed, isMeant) {
    try {
      const own = await this.#requests.walletsOf(typed);
      if (isMeant()) this.#tell({}, takenText(typed, own, this.#chain.value));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (isMeant()) this.#tell(error.fields ?? {}, "");
    }
  }

  /** @param {Record<string, string>} fields a refusal by field @param {string} said what else is told of the address */
  #tell(fields, said) {
    const others = showProblems(this.#form, fields);
    const spelling = spellingOf(fields.address ?? "");
    this.#spelling.hidden = !spelling;
    this.#spelling.value = spelling;
    setText(this.#spelling, spelling && `Use ${spelling}`);
    setText(this.#said, said);
    return others;
  }

  #respell() {
    this.#address.value = this.#spelling.value;
    this.#address.focus();
    this.#typed();
  }

  async #add() {
    const isMeant = this.#turns.begin();
    setText(byId("wallet-problem"), "");
    try {
      const wallet = await this.#requests.add({ chain: this.#chain.value, address: this.#address.value, label: this.#label.value });
      this.#address.value = "";
      this.#label.value = "";
      this.#clear();
      this.#added(wallet);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const { message, fields = {} } = error;
      if (isMeant()) setText(byId("wallet-problem"), refusalText({ message, fields, others: this.#tell(fields, "") }));
    }
  }
}
