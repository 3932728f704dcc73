/** The account that the ticket orders for: which one, what is free in it, its fees, and what may be ordered. */
import { byId } from "../../shared/elements.js";
import { exactOrZero, formatExact } from "../../shared/exact_decimal.js";
import { decimalsOfStep } from "../../shared/format.js";
import { element } from "../../shared/painting.js";

/** @typedef {import("../../../types/market.js").Symbol} SymbolInfo */
/** @typedef {import("../../../types/trading.js").Account} Account */

export class TicketAccount {
  #trading;
  #field = byId("ticket-account-field");
  #select = byId("ticket-account", "select");
  /** @type {string} the accounts that are offered */
  #offered = "";

  /** @param {import("../../shared/trading/own_trading.js").OwnTrading} trading */
  constructor(trading) {
    this.#trading = trading;
    this.#select.addEventListener("change", () => trading.choose(this.#select.value));
  }

  /** @returns {Account | undefined} none: it isn't known */
  get chosen() {
    return this.#trading.accounts.find(({ account }) => account === this.#trading.account);
  }

  /** @returns {import("./order_estimate.js").FeeRates} 0 where no account is known */
  get rates() {
    const { maker_fee, taker_fee } = this.chosen ?? {};
    return { maker: exactOrZero(maker_fee), taker: exactOrZero(taker_fee) };
  }

  /** @param {SymbolInfo} info @returns {import("./order_estimate.js").Free | null} null: no account is known */
  freeOf({ base, quote }) {
    return this.chosen ? { base: this.#freeOf(base), quote: this.#freeOf(quote) } : null;
  }

  /** @param {"buy" | "sell"} side @param {SymbolInfo} info @returns {string} what is there of that which the order gives away */
  freeText(side, info) {
    const free = this.freeOf(info);
    if (!free) return "";
    const decimals = decimalsOfStep(side === "buy" ? info.tickSize : info.stepSize);
    return `${formatExact(side === "buy" ? free.quote : free.base, decimals, decimals)} ${side === "buy" ? info.quote : info.base} free`;
  }

  /** Offer them, where there are several. */
  offer() {
    const { accounts, account } = this.#trading;
    const offered = JSON.stringify(accounts.map(({ account, name }) => [account, name]));
    this.#field.hidden = accounts.length < 2;
    if (offered !== this.#offered) this.#select.replaceChildren(...accounts.map(optionOf));
    this.#offered = offered;
    if (this.#select.value !== account) this.#select.value = account;
  }

  /** @param {string} asset */
  #freeOf(asset) {
    return exactOrZero(this.#trading.balances.get(asset)?.free);
  }
}

/** @param {Account} account */
function optionOf({ account, name, default: isDefault }) {
  return element("option", { value: account }, isDefault ? `${name || account} (default)` : name || account);
}
