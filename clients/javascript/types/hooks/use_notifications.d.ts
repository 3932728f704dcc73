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
export function useNotifications({ enabled, ...address }?: {
    enabled?: boolean;
} & import("./system_context.js").Address): NotificationsHook;
export type Notification = import("../../protocol.js").Notification;
export type Failure = {
    code: string;
    message: string;
};
export type Shown = {
    value: import("./inbox.js").Inbox | undefined;
    error: Failure | undefined;
};
export type NotificationsHook = {
    /**
     * newest first
     */
    notifications: Notification[];
    /**
     * how many of all are unread
     */
    unread: number;
    loading: boolean;
    /**
     * why they could not be loaded (without a login: PERMISSION_DENIED), or marked
     */
    error: Failure | undefined;
    /**
     * shows at once, and is taken back where refused
     */
    markRead: (ids: Notification["id"][]) => Promise<void>;
    /**
     * the same of all
     */
    markAllRead: () => Promise<void>;
};
