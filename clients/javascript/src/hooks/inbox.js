/** The user's notifications as a value in step with the server: one for each connection, whoever uses it. */
import { subscriptionsOf } from "./shared_subscriptions.js";

/** @typedef {import("../system.js").WebSocketSystem} WebSocketSystem */
/** @typedef {import("../../protocol.js").Notification} Notification */
/** @typedef {{items: Notification[], unread: number}} Inbox newest first */
/** @typedef {import("../state_sync.js").SyncedValue<Inbox>} SyncedInbox */

const NAME = "notifications";
const MOST = 200;
/** @type {Inbox} */
export const EMPTY = { items: [], unread: 0 };
/** @type {WeakMap<SyncedInbox, number>} how many components use it */
const users = new WeakMap();
/** @type {WeakMap<WebSocketSystem, string | null>} whose notifications were loaded last */
const owners = new WeakMap();

/**
 * @param {WebSocketSystem} system
 * @returns {SyncedInbox} nothing is asked for before its first use
 */
export function inboxOf(system) {
  const definition = { load: () => load(system), channels: [NAME], apply: added };
  return system.stateSync.get(NAME) ?? system.stateSync.define(NAME, definition);
}

/**
 * Keep it in step while a component uses it; subscribed before it is loaded, so that nothing is missed.
 *
 * @param {WebSocketSystem} system
 * @param {SyncedInbox} inbox
 * @returns {() => void}
 */
export function holdInbox(system, inbox) {
  const release = subscriptionsOf(system).acquire([NAME]);
  count(inbox, 1);
  return () => {
    release();
    count(inbox, -1);
    queueMicrotask(() => {
      if (users.get(inbox) === 0) inbox.close();
    });
  };
}

/**
 * @param {WebSocketSystem} system
 * @param {Notification["id"][]} ids
 */
export function markRead(system, ids) {
  return mark(system, ({ id }) => ids.includes(id), "notifications.mark_read", { ids });
}

/** @param {WebSocketSystem} system */
export function markAllRead(system) {
  return mark(system, () => true, "notifications.mark_all_read");
}

/**
 * Show the mark at once; the server's answer, the number of unread ones, replaces nothing.
 *
 * @param {WebSocketSystem} system
 * @param {(notification: Notification) => boolean} isOne
 * @param {string} action
 * @param {object} [params]
 */
function mark(system, isOne, action, params) {
  const change = ({ items, unread } = EMPTY) => ({
    items: items.map((item) => (isOne(item) ? { ...item, read: true } : item)),
    unread: unread - items.filter((item) => !item.read && isOne(item)).length,
  });
  return inboxOf(system).update(change, () => system.command(action, params).then(() => undefined));
}

/**
 * Where the deployment keeps no notifications, those that come are all there are.
 *
 * @param {WebSocketSystem} system
 * @returns {Promise<Inbox>}
 */
async function load(system) {
  const { userId } = system.client;
  const isTheirs = owners.get(system) === userId;
  owners.set(system, userId);
  try {
    const [newest, unread] = await Promise.all([
      system.command("notifications.list", { limit: MOST }),
      system.command("notifications.list", { unread: true, limit: 1 }),
    ]);
    return { items: newest.items, unread: unread.total };
  } catch (error) {
    if (/** @type {{code?: string}} */ (error).code !== "UNAVAILABLE") throw error;
    return (isTheirs && inboxOf(system).value) || EMPTY;
  }
}

/**
 * One that comes again, as it counts what has happened more than once, takes the place of the former, and comes first.
 *
 * @param {Inbox} inbox
 * @param {{data: Notification}} event
 * @returns {Inbox}
 */
function added({ items, unread }, { data }) {
  const known = items.find(({ id }) => id === data.id);
  const others = items.filter((item) => item !== known);
  const more = Number(!data.read) - Number(known !== undefined && !known.read);
  return { items: [data, ...others].slice(0, MOST), unread: unread + more };
}

/**
 * @param {SyncedInbox} inbox
 * @param {number} more
 */
function count(inbox, more) {
  users.set(inbox, (users.get(inbox) ?? 0) + more);
}
