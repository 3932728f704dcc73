/** What happens to a grid or a strategy, in words for its log. Pure. */
import { capitalized, formatNumber } from "../../format.js";
import { text } from "../../typed_numbers.js";
import { reasonText } from "./instance_text.js";

/** @typedef {import("../../../../types/instances.js").InstanceEvent} InstanceEvent */
/** @typedef {{text: string, kind: "buy" | "sell" | "good" | "bad" | "quiet"}} LogLine */

/** @type {Record<string, string>} */
const LIFE = { started: "Started", paused: "Paused", resumed: "Resumed", stopped: "Stopped", error: "Failed" };

/** @param {InstanceEvent} event @param {number} decimals of prices @returns {LogLine | null} null: nothing for the log */
export function logLineOf({ channel, event = "", data }, decimals) {
  const kind = channel.split(".").at(-1);
  if (kind === "order") return orderLine(event, data, decimals);
  if (kind === "trade") return tradeLine(data, decimals);
  if (kind === "risk") return riskLine(event, data);
  if (kind === "lifecycle") return lifeLine(event, data);
  if (kind === "signal") return signalLine(data, decimals);
  return null;
}

/** @param {string} event @param {import("../../../../types/grids.js").GridOrder} order @param {number} decimals @returns {LogLine | null} a fill is told by its trade */
function orderLine(event, { side, price, amount }, decimals) {
  if (event === "filled") return null;
  const size = amount ? ` ${text(amount)}` : ""; // one for an amount of quote has none before it is filled
  return { kind: "quiet", text: `Order ${event}: ${side}${size} ${price === null ? "at the market" : `at ${formatNumber(price, decimals)}`}` };
}

/** @param {import("../../../../types/grids.js").GridTrade} trade @param {number} decimals @returns {LogLine} */
function tradeLine({ side, price, amount, fee, fee_asset: asset }, decimals) {
  const what = side === "buy" ? "Bought" : "Sold";
  return { kind: side === "buy" ? "buy" : "sell", text: `${what} ${text(amount)} at ${formatNumber(price, decimals)}, fee ${text(fee)} ${asset}` };
}

/** @param {string} event @param {import("../../../../types/grids.js").GridRisk} risk @returns {LogLine | null} */
function riskLine(event, { check, passed, message, code }) {
  if (event === "kill_switch") return { kind: "bad", text: message ? `Kill switch: ${message}` : "Stopped by the kill switch" };
  if (passed) return null;
  return { kind: "bad", text: `Order refused: ${message || reasonText(code ?? check)}` };
}

/** @param {string} event @param {{reason?: string | null}} life @returns {LogLine} */
export function lifeLine(event, { reason }) {
  const why = reasonText(reason);
  const kind = event === "error" ? "bad" : event === "started" || event === "resumed" ? "good" : "quiet";
  return { kind, text: `${LIFE[event] ?? capitalized(event)}${why ? `: ${why}` : ""}` };
}

/** @param {Pick<import("../../../../types/instances.js").Signal, "action" | "price" | "confidence" | "reason">} signal @param {number} decimals @returns {LogLine} */
export function signalLine({ action, price, confidence, reason }, decimals) {
  const kind = action === "hold" ? "quiet" : action;
  return { kind, text: `Signal: ${action} at ${formatNumber(price, decimals)}, ${sureText(confidence)}${reason ? `: ${reason}` : ""}` };
}

/** @param {number} confidence from 0 to 1 @returns {string} such as “60% sure”; who says 1 has a rule that holds, and reckons nothing */
export function sureText(confidence) {
  return confidence < 1 ? `${confidenceText(confidence)} sure` : "by its rule";
}

/** @param {number} confidence from 0 to 1 @returns {string} such as “60%” */
export function confidenceText(confidence) {
  return `${formatNumber(confidence * 100, 0)}%`;
}
