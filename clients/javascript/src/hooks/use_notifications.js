/** The user's notifications: the stored ones, those that come, and which are read. */
import { useEffect, useMemo } from "react";
import { useFollowing } from "./following.js";
import { EMPTY, inboxOf, markAllRead, markRead, holdInbox } from "./inbox.js";
import { useSystem } from "./system_context.js";

/** @typedef {import("../../protocol.js").Notification} Notification */
/** @typedef {{code: string, message: string}} Failure */
/** @typedef {{value: import("./inbox.js").Inbox | undefined, error: Failure | undefined}} Shown */
/**
 * @typedef {object} NotificationsHook
 * @property {Notification[]} notifications newest first
 * @property {number} unread how many of all are unread
 * @property {boolean} loading
 * @property {Failure | undefined} error why they could not be loaded (without a login: PERMISSION_DENIED), or marked
 * @property {(ids: Notification["id"][]) => Promise<void>} markRead shows at once, and is taken back where refused
 * @property {() => Promise<void>} markAllRead the same of all
 */

/**
 * Follow the user's own notifications.
 *
 * @param {{enabled?: boolean} & import("./system_context.js").Address} [options]
 * @returns {NotificationsHook}
 */
export function useNotifications({ enabled = true, ...address } = {}) {
  const system = useSystem(address);
  const inbox = inboxOf(system);
  useEffect(() => (enabled ? holdInbox(system, inbox) : undefined), [system, inbox, enabled]);
  const { value, error } = useFollowing(
    /** @returns {Shown} */
    (before) => ({ value: before && enabled ? inbox.value : undefined, error: undefined }),
    (change) => (enabled ? followInbox(inbox, change) : () => undefined),
    [inbox, enabled],
  );
  const calls = useMemo(() => callsOf(system), [system]);
  const { items, unread } = value ?? EMPTY;
  return { notifications: items, unread, loading: enabled && !value && !error, error, ...calls };
}

/**
 * @param {import("../system.js").WebSocketSystem} system
 * @returns {Pick<NotificationsHook, "markRead" | "markAllRead">}
 */
function callsOf(system) {
  return { markRead: (ids) => markRead(system, ids), markAllRead: () => markAllRead(system) };
}

/**
 * @param {import("./inbox.js").SyncedInbox} inbox
 * @param {import("./following.js").Change<Shown>} change
 */
function followInbox(inbox, change) {
  /** @param {Shown["value"]} value */
  const show = (value) => change(() => ({ value, error: undefined }));
  /** @param {Failure} error */
  const fail = (error) => change(() => ({ value: inbox.value, error }));
  /** @param {{error: Failure, value: Shown["value"]}} rollback */
  const takeBack = ({ error, value }) => change(() => ({ value, error }));
  inbox.on("change", show);
  inbox.on("error", fail);
  inbox.on("rollback", takeBack);
  return () => {
    inbox.off("change", show);
    inbox.off("error", fail);
    inbox.off("rollback", takeBack);
  };
}
