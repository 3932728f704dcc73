/** The foot of the order ticket: what would refuse the order, the button, and what the kill switch lets pass. */
import { byId } from "../../shared/elements.js";
import { setData, setText } from "../../shared/painting.js";
import { isLimit, levelText, refusedText, sendText } from "./ticket_text.js";

/** @typedef {import("../../../types/trading.js").OrderRefusal} OrderRefusal */

/**
 * @typedef {object} FootState
 * @property {boolean} isSignedIn
 * @property {boolean} isSending
 * @property {boolean} isUnanswered
 * @property {import("../../../types/trading.js").TradingLevel | undefined} level what may be ordered; undefined: not known
 * @property {string} account its id; empty: not known
 * @property {OrderRefusal[]} refusals of the order as it is typed, which are about no field
 */

export class TicketFoot {
  #button = byId("ticket-send");
  #level = byId("ticket-level");
  #problem = byId("ticket-problem");
  #forecast = byId("ticket-forecast");

  /** @param {string} problem why what was sent was refused; empty: it wasn't */
  tell(problem) {
    setText(this.#problem, problem);
  }

  /**
   * @param {import("./order_values.js").OrderValues} values
   * @param {import("../../../types/market.js").Symbol} info
   * @param {FootState} state
   */
  show(values, info, { isSignedIn, isSending, isUnanswered, level, account, refusals }) {
    setData(this.#button, "side", values.side);
    setText(this.#button, sendText(values, info, { isSignedIn, isSending, isUnanswered }));
    this.#button.toggleAttribute("aria-busy", isSending);
    setData(document.documentElement, "signedIn", String(isSignedIn)); // as `panels_at_load.js` has foreseen
    const words = isSignedIn ? levelText(level) : "";
    this.#level.hidden = !words;
    setText(this.#level, words);
    this.#foresee(refusals, account);
  }

  /** What was refused already is told by its own words. @param {OrderRefusal[]} refusals @param {string} account */
  #foresee(refusals, account) {
    const told = this.#problem.textContent ? [] : refusals;
    this.#forecast.hidden = !told.length;
    setText(byId("ticket-forecast-text"), refusedText(told));
    const link = byId("ticket-limits", "a");
    link.hidden = !told.some(isLimit);
    link.href = `/accounts/${account && `${encodeURIComponent(account)}/`}`;
  }
}
