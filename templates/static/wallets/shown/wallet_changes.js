/** Renaming and removing the wallet that is shown, each asked for first. */
import { byId } from "../../shared/elements.js";
import { labelled } from "../../shared/form_fields.js";
import { element } from "../../shared/painting.js";
import { nameOf } from "../wallet_text.js";

/** @typedef {import("../../../types/wallets.js").Wallet} Wallet */

export class WalletChanges {
  #requests;
  #dialog;
  #changed;

  /**
   * @param {import("../requests.js").WalletRequests} requests
   * @param {import("../../shared/confirm_dialog.js").ConfirmDialog} dialog
   * @param {object} options
   * @param {() => Wallet | null} options.wallet which is shown
   * @param {() => void} options.changed
   */
  constructor(requests, dialog, { wallet, changed }) {
    this.#requests = requests;
    this.#dialog = dialog;
    this.#changed = changed;
    const about = (/** @type {(wallet: Wallet) => void} */ ask) => () => {
      const shown = wallet();
      if (shown) ask(shown);
    };
    byId("shown-rename").addEventListener("click", about((shown) => this.#rename(shown)));
    byId("shown-remove").addEventListener("click", about((shown) => this.#remove(shown)));
  }

  /** @param {Wallet} wallet */
  #rename(wallet) {
    const label = element("input", { maxlength: "100", autocomplete: "off" });
    label.value = wallet.label;
    this.#dialog.ask({
      title: `Rename ${nameOf(wallet)}`,
      says: ["The label is seen by you alone; without one, the address is shown."],
      button: "Rename",
      fields: [labelled("Label", label, { path: "label" })],
      act: async () => {
        await this.#requests.rename(wallet.id, label.value);
        this.#changed();
      },
    });
    label.focus();
  }

  /** @param {Wallet} wallet */
  #remove(wallet) {
    this.#dialog.ask({
      title: `Watch ${nameOf(wallet)} no longer?`,
      says: [
        `${wallet.address} on ${wallet.chain} is watched for you no longer, nor are the transactions that were watched because of it.`,
        "Its history here is forgotten where nobody else watches it. Nothing happens to what it holds.",
      ],
      button: "Remove",
      isDangerous: true,
      act: async () => {
        await this.#requests.remove(wallet.id);
        this.#changed();
      },
    });
  }
}
