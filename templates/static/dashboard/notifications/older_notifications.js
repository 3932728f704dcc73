/**
 * Notifications before those that the client keeps, read portion by portion as somebody asks for them. Nothing is told of
 * these: they are as they were read, but for what is marked on this page.
 */

import { Turns } from "../../shared/turns.js";

/** @typedef {import("@tidewire/client/protocol").Notification} Notification */

const PORTION = 100;

export class OlderNotifications {
  #command;
  /** What is answered to somebody who has gone is for nobody else. */
  #turns = new Turns();
  /** @type {Notification[]} */
  #kept = [];
  /** @type {Notification[]} */
  #read = [];
  #isEnd = false;

  /** @param {(action: string, params: object) => Promise<{items: Notification[]}>} command */
  constructor(command) {
    this.#command = command;
  }

  /**
   * @param {Notification[]} kept by the client, newest first, at most so many; one that is counted again is first among them
   * @returns {Notification[]} with the older ones that were read, and those that the client has given up since
   */
  after(kept) {
    const ids = new Set(kept.map(({ id }) => id));
    const oldest = oldestOf(kept);
    const isOlder = (/** @type {Notification} */ { id, seq }) => !ids.has(id) && seq < oldest;
    if (this.#read.length > 0) this.#read = [...this.#kept, ...this.#read].filter(isOlder);
    this.#kept = kept;
    return [...kept, ...this.#read];
  }

  /** @param {number} most so many the client keeps */
  mayBeMore(most) {
    return !this.#isEnd && this.#kept.length >= most;
  }

  /** Read the portion before the oldest of those that are there. */
  async load() {
    const isMeant = this.#turns.begin();
    const shown = [...this.#kept, ...this.#read];
    const { items } = await this.#command("notifications.list", { before: oldestOf(shown), limit: PORTION });
    if (!isMeant()) return;
    this.#read = [...this.#read, ...items];
    this.#isEnd = items.length < PORTION;
  }

  /** @param {(notification: Notification) => boolean} isMarked */
  markRead(isMarked) {
    this.#read = this.#read.map((item) => (isMarked(item) ? { ...item, read: true } : item));
  }

  /** Forget all, as what is told next may be another user's. */
  clear() {
    this.#turns.begin();
    this.#kept = [];
    this.#read = [];
    this.#isEnd = false;
  }
}

/** @param {Notification[]} items */
function oldestOf(items) {
  return Math.min(...items.map(({ seq }) => seq));
}
