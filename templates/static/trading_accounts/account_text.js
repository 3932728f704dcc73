/** An account in words. Pure. */
import { ExactDecimal, formatExact } from "../shared/exact_decimal.js";
import { percentText } from "../shared/typed_numbers.js";

/** @typedef {import("../../types/trading.js").Account} Account */

/** What may be ordered, where that isn't everything. */
const LEVELS = { active: "", reduce_only: "Only what makes a position smaller is taken now.", halted: "Trading is halted: no order is taken." };

/** @param {Account} account @returns {string} */
export function kindText({ default: isDefault, demo }) {
  return [isDefault ? "default" : "", demo ? "demo" : "", "paper"].filter(Boolean).join(" · ");
}

/** @param {Account} account @param {boolean} isOwn @returns {string} */
export function subtitleOf(account, isOwn) {
  const fees = `fees ${percentText(account.maker_fee)} % maker, ${percentText(account.taker_fee)} % taker`;
  return [isOwn ? "" : "another user's", kindText(account), account.account, fees].filter(Boolean).join(" · ");
}

/** @param {Account} account @returns {string} what holds its trading back; empty: nothing does */
export function heldBackText({ trading, cancel_all_at: cancels }) {
  const switched = cancels ? "All orders placed by hand are cancelled soon unless that is asked for again (the dead man's switch)." : "";
  return [LEVELS[trading], switched].filter(Boolean).join(" ");
}

/** @param {unknown} amount @returns {string} with all its digits */
export function amountText(amount) {
  const exact = ExactDecimal.of(amount);
  return exact ? formatExact(exact) : "–";
}

/** @param {Account} account @returns {string[]} what beginning anew does */
export function resetSentences({ name }) {
  return [
    `Open orders of ${name} that were placed by hand are cancelled.`,
    "Its balances become those of a new account; what it holds, its gains and its losses are forgotten.",
    "Its orders and their executions stay to be read, and its limits stay. Its grids must have stopped before.",
  ];
}
