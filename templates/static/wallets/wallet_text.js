/** Wallets, what they hold, and chains in words. Pure. */
import { ExactDecimal, formatExact } from "../shared/exact_decimal.js";
import { NOTHING, formatAgo, formatCount, shortened } from "../shared/format.js";
import { msOf } from "../shared/moments.js";

/** @typedef {import("../../types/wallets.js").Wallet} Wallet */
/** @typedef {import("../../types/wallets.js").Chain} Chain */

const DECIMALS = 8;
const OLD = "What is shown may be old.";

/** @param {Wallet} wallet */
export function nameOf({ label, address }) {
  return label || shortened(address);
}

/** @param {unknown} amount @param {string} asset @returns {string} such as `1,234.5 ETH`, with at most 8 decimals */
export function amountText(amount, asset) {
  const exact = ExactDecimal.of(amount);
  return exact ? `${formatExact(exact, 0, DECIMALS)} ${asset}` : NOTHING;
}

/** @param {unknown} change @param {string} asset @returns {string} always with a sign but for nothing */
export function changeText(change, asset) {
  const sign = ExactDecimal.of(change)?.isPositive ? "+" : "";
  return `${sign}${amountText(change, asset)}`;
}

/** @param {Wallet} wallet @returns {string} what it holds, the coin first */
export function holdingsText({ balances }) {
  if (!balances.length) return "Not read yet";
  return balances.map(({ asset, balance, outdated }) => amountText(balance, asset) + (outdated ? " (outdated)" : "")).join(" · ");
}

/** @param {{asset: string, token: string | null}} held @returns {string} of whose movements a line is drawn */
export function assetKey({ asset, token }) {
  return token ?? asset;
}

/** @param {import("../../types/wallets.js").NamedToken} named @returns {string} how far a token is that was named by its contract */
export function tokenText({ state, reason }) {
  switch (state) {
    case "followed":
      return "Followed";
    case "no_token":
      return `No token: ${reason}.`;
    default:
      return "Its contract is being asked what it is…";
  }
}

/** @param {Chain} chain @param {number} now ms since the epoch @returns {string} how it is followed, in a sentence or two */
export function chainText({ chain, state, reason, block, head, last_head: last }, now) {
  const why = reason ? `: ${reason}` : "";
  const newest = block === null ? "" : ` Block ${formatCount(block)} is the newest that was read.`;
  switch (state) {
    case "connected":
      return `${chain}: connected.${newest}`;
    case "catching_up":
      return `${chain}: catching up${block !== null && head !== null && head > block ? `, ${formatCount(head - block)} blocks behind` : ""}.${newest}`;
    case "disconnected":
      return `${chain}: disconnected${why}. ${last === null ? "No block has come yet." : `The newest block came ${agoText(msOf(last), now)}.`} ${OLD}`;
    case "error":
      return `${chain}: not followed${why}. The staff of this installation have to look. ${OLD}`;
    default:
      return `${chain}: connecting${why}.${newest}`;
  }
}

/** @param {number} time @param {number} now ms since the epoch */
function agoText(time, now) {
  const ago = formatAgo(time, now);
  return ago === "now" ? "less than a minute ago" : ago;
}

/** @param {Chain} chain @returns {boolean} whether what is shown of it is as new as can be */
export function isUpToDate({ state }) {
  return state === "connected";
}
