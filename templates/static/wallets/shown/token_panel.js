/** The tokens that the user has named for the wallet that is shown, each with how far it is: added by paste, and removed. */
import { byId, partOf, targetOf } from "../../shared/elements.js";
import { shortened } from "../../shared/format.js";
import { KeyedRows } from "../../shared/keyed_rows.js";
import { letPress, exclusivePress } from "../../shared/presses/exclusive_press.js";
import { element, setData, setText } from "../../shared/painting.js";
import { isRefusal, refusalText } from "../../shared/refusal.js";
import { AddressField } from "../forms/address_field.js";
import { takenTokenText } from "../forms/address_text.js";
import { nameOf, tokenText } from "../wallet_text.js";

/** @typedef {import("../../../types/wallets.js").Wallet} Wallet */
/** @typedef {import("../../../types/wallets.js").NamedToken} NamedToken */

export class TokenPanel {
  #form = byId("token-form", "form");
  #button = partOf(this.#form, "button:not([type])");
  #rows = new KeyedRows(byId("token-rows"), (/** @type {NamedToken} */ { token }) => token, rowOf);
  #contract;
  #requests;
  #dialog;
  #changed;
  /** @type {Wallet | null} */
  #wallet = null;

  /**
   * @param {import("../requests.js").WalletRequests} requests
   * @param {import("../../shared/confirm_dialog.js").ConfirmDialog} dialog
   * @param {() => void} changed
   */
  constructor(requests, dialog, changed) {
    this.#requests = requests;
    this.#dialog = dialog;
    this.#changed = changed;
    const taken = async (/** @type {string} */ typed) => {
      await requests.walletsOf(typed); // refuses what is no address
      return takenTokenText(typed, this.#wallet?.tokens ?? []);
    };
    this.#contract = new AddressField(this.#form, byId("token-contract", "input"), byId("token-spelling", "button"), taken);
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      exclusivePress(this.#button, () => this.#add());
    });
    byId("token-rows").addEventListener("click", (event) => this.#remove(targetOf(event).dataset.token));
  }

  /** @param {Wallet | null} wallet null: none */
  show(wallet) {
    if (wallet?.id !== this.#wallet?.id) this.forget();
    this.#wallet = wallet;
    const tokens = wallet?.tokens ?? [];
    this.#rows.show(tokens);
    byId("named-tokens").hidden = !tokens.length;
  }

  /** Let nobody see what was typed, nor wait for what was asked for another wallet, or by somebody else. */
  forget() {
    letPress(this.#button);
    this.#contract.clear();
    setText(byId("token-problem"), "");
  }

  async #add() {
    const wallet = this.#wallet;
    if (!wallet) return;
    const isMeant = this.#contract.begin();
    setText(byId("token-problem"), "");
    try {
      await this.#requests.addToken(wallet.id, this.#contract.value);
      if (isMeant()) this.forget();
      this.#changed();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const { message, fields = {} } = error;
      if (isMeant()) setText(byId("token-problem"), refusalText({ message, fields, others: this.#contract.refuse(fields) }));
    }
  }

  /** @param {string | undefined} token */
  #remove(token) {
    const wallet = this.#wallet;
    if (!wallet || !token) return;
    this.#dialog.ask({
      title: `Follow ${shortened(token)} no longer?`,
      says: [
        `What ${nameOf(wallet)} holds and gets of this token is told to you no longer, unless the staff of this installation list it.`,
        "Its history here is forgotten where nobody else has named it. Nothing happens to what the wallet holds.",
      ],
      button: "Remove",
      isDangerous: true,
      act: async () => {
        await this.#requests.removeToken(wallet.id, token);
        this.#changed();
      },
    });
  }
}

/** @param {NamedToken} named */
function rowOf({ token }) {
  const name = element("span", { class: "token-name", title: token });
  const state = element("span", { class: "token-state muted" });
  const remove = element("button", { type: "button", class: "link-button", "data-token": token, "aria-label": `Remove the token ${token}` }, "Remove…");
  return {
    element: element("li", { class: "named-token" }, name, state, remove),
    show: (/** @type {NamedToken} */ named) => {
      setText(name, named.asset ? `${named.asset} ${shortened(token)}` : shortened(token));
      setText(state, tokenText(named));
      setData(state, "state", named.state);
    },
  };
}
