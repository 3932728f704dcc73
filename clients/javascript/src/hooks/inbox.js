/** The user's notifications as a value in step with the server: one for each connection, whoever uses it. */
import { subscriptionsOf } from "./shared_subscriptions.js";

/** @typedef {import("../system.js").WebSocketSystem} WebSocketSystem */
/** @typedef {import("../../protocol.js").Notification} Notification */
/** @typedef {{items: Notification[], unread: number}} Inbox newest first */
/** @typedef {import("../state_sync.js").SyncedValue<Inbox>} SyncedInbox */

const NAME = "notifications";
/** So many are kept, the newest. */
export const MOST = 200;
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
  const isOne = (/** @type {Notification} */ { id }) => ids.includes(id);
  /** @param {Inbox} inbox */
  const left = ({ items, unread }) => unread - items.filter((item) => !item.read && isOne(item)).length;
  return mark(system, { isOne, left }, "notifications.mark_read", { ids });
}

/** @param {WebSocketSystem} system */
export function markAllRead(system) {
  return mark(system, { isOne: () => true, left: () => 0 }, "notifications.mark_all_read");
}

/**
 * Show the mark at once. How many are unread then the server says, with those that aren't loaded, and with its last
 * answer. Where it says another number, all are loaded anew: it may count some whose events are still to come, and these
 * would count once more unless they are known.
 *
 * @param {WebSocketSystem} system
 * @param {{isOne: (notification: Notification) => boolean, left: (inbox: Inbox) => number}} marked `left`: how many are unread then
 * @param {string} action
 * @param {object} [params]
 */
function mark(system, { isOne, left }, action, params) {
  const inbox = inboxOf(system);
  const change = (before = EMPTY) => ({
    items: before.items.map((item) => (isOne(item) ? { ...item, read: true } : item)),
    unread: left(before),
  });
  let isStale = false;
  const marked = inbox.update(change, async () => {
    const { unread } = await system.command(action, params);
    isStale = inbox.pending === 1 && inbox.value?.unread !== unread;
  });
  const renew = () => {
    if (isStale) inbox.load(); // where it fails, `error` tells
  };
  marked.then(renew, () => undefined); // whoever marks them is told of a refusal
  return marked;
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
