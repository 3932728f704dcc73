/** What the page of one's account says. Pure. */
import { formatAgo, formatCount, zonedText } from "../shared/format.js";
import { momentText, withUtc } from "../shared/moments.js";

/** @typedef {import("../../types/accounts.js").Profile} Profile */

/** @typedef {import("../../types/accounts.js").Login} Login */

/** @param {Profile} profile @returns {[string, string][]} what a fact is called, and the fact */
export function profileFacts(profile) {
  const role = profile.is_superuser ? "Administrator" : profile.is_staff ? "Staff" : "Trader";
  return [
    ["User name", `${profile.username} (it can't be changed)`],
    ["Email address", `${profile.email} (${profile.email_confirmed ? "confirmed" : "not confirmed yet"})`],
    ["Role", role],
    ["Member since", `${momentText(profile.date_joined).slice(0, 10)}`],
  ];
}

/** @param {string} state of two-factor @returns {{text: string, button: string}} */
export function twoFactorShort(state) {
  if (state === "on") return { text: "On: signing in takes a code besides the password.", button: "Change" };
  if (state === "required") return { text: "Staff need it: without it you have no staff's rights.", button: "Set up" };
  return { text: "Off: the password alone signs you in.", button: "Set up" };
}

/** @param {{exported_at: string, user: {username: string}}} data @returns {string} what the file of it is called */
export function fileName({ exported_at: at, user }) {
  return `tidewire-${user.username}-${at.slice(0, 10)}.json`;
}

/** @param {Login} login @returns {string} */
export function clientText({ client }) {
  return client || "A program that doesn't say its name";
}

/** @param {Login} login @param {number} now ms @returns {string[]} */
export function loginFacts({ address, begun, last_used: used }, now) {
  const ago = formatAgo(used, now);
  const use = ago === "now" ? "Used just now" : `Last used ${ago}`;
  return [use, `Begun ${withUtc(zonedText(begun), begun)}`, ...(address ? [`From ${address}`] : [])];
}

/** @param {Login[]} logins @returns {string} a sentence for above the list */
export function sessionCountText(logins) {
  const others = logins.filter(({ current }) => !current).length;
  if (!others) return "You are signed in nowhere else.";
  return others === 1 ? "You are signed in at one more place." : `You are signed in at ${others} more places.`;
}

/** @typedef {import("../../types/accounts.js").DeletionPreview} DeletionPreview */

/** @param {Record<string, number>} goes @returns {string} */
export function goesText(goes) {
  const counts = Object.entries(goes).map(([name, count]) => `${name} (${formatCount(count)})`);
  return `Your profile, your password and your keys${counts.length ? `; ${counts.join(", ")}` : ""}. Wallets are addresses that are watched here: what is on a chain stays where it is.`;
}
