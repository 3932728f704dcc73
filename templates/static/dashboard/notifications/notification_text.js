/** What the bell and the toasts say. Pure. */

const MOST_COUNTED = 99;

/** @param {number} unread */
export function unreadText(unread) {
  return unread > MOST_COUNTED ? `${MOST_COUNTED}+` : String(unread);
}

/** @param {number | undefined} unread what a screen reader says of the bell; undefined: not read yet */
export function bellText(unread) {
  if (unread === undefined) return "Notifications";
  return unread ? `Notifications, ${unread} unread` : "Notifications, none unread";
}

/**
 * What stands in a list without a notification.
 *
 * @param {boolean} isRead
 * @param {string} problem why it can't be read, where that is told already
 */
export function emptyText(isRead, problem) {
  if (isRead) return "Nothing yet.";
  return problem ? "" : "Loading…";
}

/** @param {{data?: any}} notification the market that it is about; empty: none */
export function symbolOf({ data }) {
  return typeof data?.symbol === "string" ? data.symbol : "";
}
