/** What the bell and the toasts say. Pure. */

const MOST_COUNTED = 99;

/** @param {number} unread */
export function unreadText(unread) {
  return unread > MOST_COUNTED ? `${MOST_COUNTED}+` : String(unread);
}

/** @param {number} unread what a screen reader says of the bell */
export function bellText(unread) {
  return unread ? `Notifications, ${unread} unread` : "Notifications, none unread";
}

/** @param {{data?: any}} notification the market that it is about; empty: none */
export function symbolOf({ data }) {
  return typeof data?.symbol === "string" ? data.symbol : "";
}
