/** A public signal in words. Pure. */
import { capitalized, formatNumber } from "../../shared/format.js";
import { momentText, msOf } from "../../shared/moments.js";
import { sureText } from "../../shared/trading/instances/event_text.js";
import { text } from "../../shared/typed_numbers.js";

/** @typedef {import("../../../types/signals.js").PublicSignal} PublicSignal */

/** A shape and a word besides the colour. */
const ACTIONS = { buy: "▲ Buy", sell: "▼ Sell", hold: "■ Hold" };
const OUTCOMES = { right: "✓ Right", wrong: "✗ Wrong", waiting: "… Waiting", hold: "Not judged" };

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
