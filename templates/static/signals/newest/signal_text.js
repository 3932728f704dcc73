/** A public signal in words. Pure. */
import { capitalized, formatNumber } from "../../shared/format.js";
import { momentText, msOf } from "../../shared/moments.js";
import { sureText } from "../../shared/trading/instances/event_text.js";
import { text } from "../../shared/typed_numbers.js";
import { MOST_LIVE } from "./signal_list.js";

/** @typedef {import("../../../types/signals.js").PublicSignal} PublicSignal */

/** A shape and a word besides the colour. */
const ACTIONS = { buy: "▲ Buy", sell: "▼ Sell", hold: "■ Hold" };
const OUTCOMES = { right: "✓ Right", wrong: "✗ Wrong", waiting: "… Waiting", hold: "Not judged" };
const NONE = "Nothing is public here yet. Staff choose in the admin which live strategies and models anyone may follow.";
const SILENT = "None of the public strategies has advised anything yet.";
const NOT_ALL = "There are more public strategies than are shown here: the newest of each market come first.";
const NOT_LIVE = `Of so many markets the first ${MOST_LIVE} are followed live, the others are read again about once a minute.`;

/** @param {PublicSignal[]} signals @param {string[]} symbols on which some may come @param {boolean} complete @returns {string} what is missing in the list */
export function noteText(signals, symbols, complete) {
  const nothing = signals.length ? "" : symbols.length ? SILENT : NONE;
  return [nothing, complete ? "" : NOT_ALL, symbols.length > MOST_LIVE ? NOT_LIVE : ""].filter(Boolean).join(" ");
}

/** @param {PublicSignal} signal */
export function actionText({ action }) {
  return ACTIONS[action];
}

/** @param {PublicSignal} signal @param {number | undefined} decimals of its prices, where they are known */
export function adviceText({ price, confidence, horizon }, decimals) {
  const at = decimals === undefined ? text(price) : formatNumber(price, decimals);
  return `at ${at}, ${sureText(confidence)}, for the next ${horizon}`;
}

/** @param {PublicSignal} signal */
export function modelText({ title, version }) {
  return version ? `${title}, version ${version}` : title;
}

/** @param {PublicSignal} signal @param {number} now ms since the epoch */
export function outcomeText({ outcome, judged_at: at }, now) {
  if (outcome !== "waiting" || at === null) return OUTCOMES[outcome];
  return msOf(at) > now ? `${OUTCOMES.waiting} until ${momentText(at).slice(11)}` : `${OUTCOMES.waiting} for its candle`;
}

/** @param {PublicSignal} signal */
export function reasonText({ reason }) {
  return reason ? capitalized(reason) : "No reason given.";
}
