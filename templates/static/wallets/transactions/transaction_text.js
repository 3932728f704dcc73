/** The life of a transaction in words. Pure. */
import { formatCount, shortened } from "../../shared/format.js";
import { amountText } from "../wallet_text.js";

/** @typedef {import("../../../types/wallets.js").WatchedTransaction} WatchedTransaction */

const REPLACEMENTS = { speed_up: "Sped up", cancel: "Cancelled", other: "Replaced" };
const COUNTED = new Set(["confirming", "confirmed", "finalized"]);
/** Of these something is told at any block; others are told of rarely, or, as one that failed for good, never again. */
const MOVING = new Set(["pending", "confirming", "retracted"]);

/** @param {{chain: string, hash: string}} transaction */
export function keyOf({ chain, hash }) {
  return `${chain} ${hash}`;
}

/** @param {WatchedTransaction} transaction @returns {string} */
export function statusText({ status, confirmations, required, block, replacedBy, replacement }) {
  const at = block === null ? "" : ` in block ${formatCount(block)}`;
  switch (status) {
    case "seen":
      return "Asked for: no node has told of it yet";
    case "pending":
      return "Pending: it waits for a block";
    case "confirming":
      return `Confirming: ${confirmations} of ${required}${at && `,${at}`}`;
    case "confirmed":
      return `Confirmed${at}: ${confirmations} of ${required}`;
    case "finalized":
      return `Final${at}: it can't be taken back any more`;
    case "failed":
      return `Failed${at}: it moved nothing, and its fee was paid`;
    case "replaced":
      return `${REPLACEMENTS[replacement ?? "other"]}${replacedBy ? ` by ${shortened(replacedBy)}` : " by another transaction with its number"}`;
    case "dropped":
      return "Dropped: no node keeps it any more, and it may never come";
    case "retracted":
      return "Taken back by a reorganisation: it may come again in another block";
    default:
      return status;
  }
}

/**
 * @param {WatchedTransaction} transaction
 * @param {string} asset the chain's coin
 * @param {(address: string) => {wallet?: string, token?: string}} [known] what an address is to the user
 * @returns {string} from whom, to whom, how much; of a token's contract, that it is called
 */
export function partiesText({ from, to, value }, asset, known = () => ({})) {
  if (!from) return "Who sent it isn't known yet";
  const named = (/** @type {string} */ address) => known(address).wallet ?? shortened(address);
  const token = to ? known(to).token : undefined;
  if (token && !Number(value)) return `Call of the token ${token} by ${named(from)}`;
  const amount = value === null ? "" : `${amountText(value, asset)} `;
  return `${amount}from ${named(from)} to ${to ? named(to) : "a new contract"}`;
}

/** @param {WatchedTransaction} transaction @returns {number | null} confirmations that its bar shows; null: it has none */
export function progressOf({ status, confirmations, required }) {
  if (status === "finalized") return required;
  return COUNTED.has(status) ? Math.min(confirmations, required) : null;
}

/** @param {WatchedTransaction} transaction @returns {boolean} whether nothing more is told of it */
export function isFinal({ status }) {
  return status === "finalized";
}

/**
 * @param {WatchedTransaction[]} transactions the newest first
 * @param {number} most
 * @returns {WatchedTransaction[]} those to follow live: what may be told of at any block before others that aren't final
 */
export function liveOnes(transactions, most) {
  const unfinished = transactions.filter((one) => !isFinal(one));
  const [moving, others] = [true, false].map((isMoving) => unfinished.filter(({ status }) => MOVING.has(status) === isMoving));
  return [...moving, ...others].slice(0, most);
}
