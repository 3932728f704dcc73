/** What is asked of the connections of all clients, and what is said of them. Pure. */
import { formatCount } from "../../shared/format.js";

/**
 * @typedef {import("../../../types/reports.js").ListedConnection} Connection
 * @typedef {import("../../../types/reports.js").ListedConnections} Connections
 * @typedef {"user" | "address" | "dialect" | "gateway" | "since" | "subscriptions" | "sent" | "waiting_bytes"} Sort
 * @typedef {{sort: Sort, descending: boolean}} Order
 */

const MOST = 100;

/** @type {readonly Sort[]} what reads best from its beginning; of all else the greatest, or newest, comes first */
const ASCENDING = ["user", "address", "dialect", "gateway"];

/** @param {Order} order as it is @param {Sort} sort that is chosen @returns {Order} the same turned round, or a new one */
export function nextOrder(order, sort) {
  return { sort, descending: sort === order.sort ? !order.descending : !ASCENDING.includes(sort) };
}

/** @param {Order} order @returns {string} of a choice of orders, such as `since descending` */
export function orderName({ sort, descending }) {
  return `${sort} ${descending ? "descending" : "ascending"}`;
}

/** @param {string} name that `orderName` returned @returns {Order} */
export function orderNamed(name) {
  const [sort, direction] = name.split(" ");
  return { sort: /** @type {Sort} */ (sort), descending: direction === "descending" };
}

/** @param {string} text of the filter @param {Order} order @returns {string} the address that is asked */
export function addressOf(text, { sort, descending }) {
  const query = new URLSearchParams({ filter: text.trim(), sort, descending: String(descending), limit: String(MOST) });
  return `connections/?${query}`;
}

/** @param {Connection} connection @returns {string} */
export function userText({ user }) {
  return user ?? "anonymous";
}

/** @param {Connections} answer @returns {string} how many there are, what is cut, and who has not answered */
export function noteText({ items, total, cut, open, gateways, unanswered }) {
  const where = countText(gateways.length, "gateway");
  const silent = unanswered.map((gateway) => ` Gateway ${gateway} has not answered: what it serves is missing here.`);
  const all = countText(open, "connection");
  const found = total === open ? all : `${formatCount(total)} of ${all} found`;
  const text = cut ? `${found} at ${where}; the first ${formatCount(items.length)} are shown.` : `${found} at ${where}.`;
  return `${text}${silent.join("")}`;
}

/** @param {Connection} connection @returns {string[]} what ending it will do */
export function questionSentences({ id, address, dialect, gateway, subscriptions }) {
  return [
    `Connection ${id} from ${address}, which speaks ${dialect} and has ${countText(subscriptions, "subscription")}, ends at gateway ${gateway}.`,
    "Its client is told 1012 “Disconnected by an operator”, and may connect again at once.",
    "That you have ended it is kept in the admin's history.",
  ];
}

/** @param {Connection} connection @returns {string[]} what was done */
export function doneSentences(connection) {
  return [`Asked the gateway to end the connection of ${userText(connection)}.`, "A client that connects again has a new one."];
}

/** @param {number} count @param {string} noun in the singular */
function countText(count, noun) {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}
