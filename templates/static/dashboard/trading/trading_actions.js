/** What can be done to orders and positions from the dock: cancelled and closed, as the chosen account. */
import { isAnswer, isRefusal } from "../../shared/refusal.js";
import { formatExact } from "../../shared/exact_decimal.js";
import { formatQuantity } from "../../shared/format.js";
import { orderText } from "../../shared/trading/order_text.js";
import { newRequestKey } from "../../shared/connection/request_key.js";
import { closingOf, closingSentences } from "./closing.js";
import { markedToMarket } from "./mark_to_market.js";

/** @typedef {import("../../../types/trading.js").Order} Order */
/** @typedef {import("../../../types/trading.js").Position} Position */
/** @typedef {import("../../shared/confirm_dialog.js").Question} Question */

export class TradingActions {
  #trading;
  #requests;
  #dialog;
  #tell;
  /** @type {{symbol: string, question: Question, says: (position: Position) => string[]} | null} which position was last asked about */
  #asked = null;

  /**
   * @param {import("../../shared/trading/own_trading.js").OwnTrading} trading
   * @param {import("../../shared/trading/trading_requests.js").TradingRequests} requests
   * @param {import("../../shared/confirm_dialog.js").ConfirmDialog} dialog
   * @param {(words: string) => void} tell what was done, or why it wasn't
   */
  constructor(trading, requests, dialog, tell) {
    this.#trading = trading;
    this.#requests = requests;
    this.#dialog = dialog;
    this.#tell = tell;
  }

  /** @param {Order} order @param {HTMLElement} button which does nothing meanwhile */
  async cancel(order, button) {
    const { account } = this.#trading;
    const told = (/** @type {string} */ words) => account === this.#trading.account && this.#tell(words);
    button.setAttribute("aria-disabled", "true");
    try {
      await this.#requests.cancelOrder(order.id);
      told(`Cancelled: ${orderText(order)}.`);
    } catch (error) {
      if (!button.closest(".ended")) button.removeAttribute("aria-disabled"); // else nothing is left to cancel
      if (!isRefusal(error)) throw error;
      told(isAnswer(error) ? `Not cancelled: ${error.message}.` : `Perhaps cancelled: ${orderText(order)}. ${error.message}.`);
    }
  }

  /** @param {string} symbol whose orders are to go; empty: those of every market */
  askToCancelAll(symbol) {
    const { count, hasGridOrders } = this.#cancellable(symbol);
    const orders = formatQuantity(count, "open order");
    const account = this.#accountName && ` of the account ${this.#accountName}`;
    const says = [`It cancels the ${orders}${account} that you placed by hand on ${symbol || "every market"}.`];
    if (hasGridOrders) says.push("Orders of grids stay: a grid would place them anew. Pause or stop it on its page.");
    this.#dialog.ask({
      title: `Cancel ${orders}${symbol && ` on ${symbol}`}?`,
      says,
      button: count === 1 ? "Cancel the order" : "Cancel the orders",
      isDangerous: true,
      act: async () => {
        const which = { account: this.#trading.account || undefined, symbol: symbol || undefined };
        const { cancelled } = await this.#requests.cancelOrders(which);
        return [`${formatQuantity(cancelled, "order")} ${cancelled === 1 ? "was" : "were"} cancelled.`];
      },
    });
  }

  /** @param {string} symbol empty: of every market @returns {boolean} whether there is anything to cancel */
  hasToCancel(symbol) {
    return this.#cancellable(symbol).count > 0;
  }

  /** @param {Position} position @param {import("../../../types/market.js").Symbol} info */
  askToClose(position, info) {
    const closing = closingOf(position, info, this.#trading.balances.get(info.base)?.free);
    if (typeof closing === "string") return this.#tell(closing);
    const { symbol } = position;
    const name = this.#accountName;
    const says = (/** @type {Position} */ now) => closingSentences(closing, now, info, name);
    const question = {
      title: `Close your position in ${symbol}?`,
      says: says(position),
      button: `${closing.side === "sell" ? "Sell" : "Buy"} ${formatExact(closing.quantity)} ${info.base}`,
      isDangerous: true,
      act: this.#closes(closing, symbol),
    };
    this.#asked = { symbol, question, says };
    return this.#dialog.ask(question);
  }

  /** Let the question whether to close a position tell the price of now. @param {import("./mark_to_market.js").Market} market */
  follow(market) {
    if (!this.#asked) return;
    const { symbol, question, says } = this.#asked;
    const position = this.#trading.positions.get(symbol);
    if (position) this.#dialog.follow(question, says(markedToMarket(position, market)));
  }

  /** @param {import("./closing.js").Closing} closing @param {string} symbol @returns {() => Promise<string[]>} places one order, however often it is called */
  #closes({ side, quantity }, symbol) {
    const { account } = this.#trading;
    const key = newRequestKey();
    return async () => {
      const order = await this.#requests.placeOrder({ symbol, side, type: "market", quantity: String(quantity), account }, key);
      return [`The order was taken: ${orderText(order)}.`, "What it was executed at is shown under Fills."];
    };
  }

  /** @param {string} symbol */
  #cancellable(symbol) {
    const orders = [...this.#trading.openOrders.values()].filter((order) => !symbol || order.symbol === symbol);
    const count = orders.filter(({ instance }) => instance === null).length;
    return { count, hasGridOrders: count < orders.length };
  }

  /** Empty where one has a single account. */
  get #accountName() {
    const { accounts, account } = this.#trading;
    return accounts.length > 1 ? (accounts.find((each) => each.account === account)?.name ?? "") : "";
  }
}
