/**
 * @param {WebSocketSystem} system
 * @returns {SyncedInbox} nothing is asked for before its first use
 */
export function inboxOf(system: WebSocketSystem): SyncedInbox;
/**
 * Keep it in step while a component uses it; subscribed before it is loaded, so that nothing is missed.
 *
 * @param {WebSocketSystem} system
 * @param {SyncedInbox} inbox
 * @returns {() => void}
 */
export function holdInbox(system: WebSocketSystem, inbox: SyncedInbox): () => void;
/**
 * @param {WebSocketSystem} system
 * @param {Notification["id"][]} ids
 */
export function markRead(system: WebSocketSystem, ids: Notification["id"][]): Promise<void>;
/** @param {WebSocketSystem} system */
export function markAllRead(system: WebSocketSystem): Promise<void>;
/** So many are kept, the newest. */
export const MOST: 200;
/** @type {Inbox} */
export const EMPTY: Inbox;
export type WebSocketSystem = import("../system.js").WebSocketSystem;
export type Notification = import("../../protocol.js").Notification;
/**
 * newest first
 */
export type Inbox = {
    items: Notification[];
    unread: number;
};
export type SyncedInbox = import("../state_sync.js").SyncedValue<Inbox>;
