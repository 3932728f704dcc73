/** What is told of an address as it is typed; whether it is one, the server says. Pure. */
import { formatQuantity } from "../../shared/format.js";
import { nameOf } from "../wallet_text.js";

const DIGITS = 40;
/** Fewer characters are no address of any chain that the server knows by its look. */
const SHORTEST = 26;
const SPELLING = /its spelling is (0x[0-9a-fA-F]{40})/;

/** @param {string} typed @returns {boolean} whether it is worth asking the server */
export function isWorthAsking(typed) {
  const digits = digitsOf(typed);
  return /^[0-9a-fA-F]*$/.test(digits) ? digits.length >= DIGITS : digits.length >= SHORTEST;
}

/** @param {string} typed @returns {string} how far it is; empty: nothing is typed, or the server is to say */
export function typedText(typed) {
  const digits = digitsOf(typed);
  if (!digits || isWorthAsking(typed)) return "";
  if (!/^[0-9a-fA-F]*$/.test(digits)) return "An address is 0x and 40 hexadecimal digits.";
  return `${digits.length} of ${formatQuantity(DIGITS, "digit")}`;
}

/** @param {string} typed which the server takes @param {import("../../../types/wallets.js").Wallet[]} own wallets with it @param {string} chain */
export function takenText(typed, own, chain) {
  const same = own.find((wallet) => wallet.chain === chain);
  return same ? `You watch it already: ${nameOf(same)}.` : checksumText(typed);
}

/** @param {string} typed which the server takes @param {import("../../../types/wallets.js").NamedToken[]} named of the wallet */
export function takenTokenText(typed, named) {
  const isNamed = named.some(({ token }) => digitsOf(token).toLowerCase() === digitsOf(typed).toLowerCase());
  return isNamed ? "You have named it already." : checksumText(typed);
}

/** @param {string} typed an address that is one */
function checksumText(typed) {
  const digits = digitsOf(typed);
  const isMixed = digits !== digits.toLowerCase() && digits !== digits.toUpperCase();
  return isMixed ? "The checksum is right." : "All letters are of one case, so there is no checksum to check: compare it with its source.";
}

/** @param {string} fault the server's @returns {string} the right spelling that it offers; empty: none */
export function spellingOf(fault) {
  return SPELLING.exec(fault)?.[1] ?? "";
}

/** @param {string} typed */
function digitsOf(typed) {
  return typed.trim().replace(/^0x/i, "");
}
