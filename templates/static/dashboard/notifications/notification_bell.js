/** The bell in the top bar: how many are unread, and the list of what the user was told. */
import { MOST, inboxOf, markAllRead, markRead } from "../../client/hooks/inbox.js";
import { byId } from "../../shared/elements.js";
import { setData, setText } from "../../shared/painting.js";
import { letPress, exclusivePress } from "../../shared/presses/exclusive_press.js";
import { isRefusal } from "../../shared/refusal.js";
import { selectionOf } from "../selection.js";
import { NotificationRow } from "./notification_row.js";
import { bellText, emptyText, unreadText } from "./notification_text.js";
import { OlderNotifications } from "./older_notifications.js";

const MINUTE_MILLISECONDS = 60_000;

/** @typedef {import("@tidewire/client/protocol").Notification} Notification */

export class NotificationBell {
  #bell = byId("bell");
  #button = byId("bell-button");
  #count = byId("bell-count");
  #panel = byId("notifications");
  #list = byId("notification-list");
  #note = byId("notifications-note");
  #problem = byId("notifications-problem");
  #readAll = byId("notifications-read-all");
  #more = byId("notifications-more");
  #system;
  #inbox;
  #older;
  /** @type {Map<Notification["id"], NotificationRow>} */
  #rows = new Map();

  /** @param {import("../../client/system.js").WebSocketSystem} system */
  constructor(system) {
    this.#system = system;
    this.#inbox = inboxOf(system);
    this.#older = new OlderNotifications((action, params) => system.command(action, params));
    this.#inbox.on("change", () => this.#render());
    this.#inbox.on("error", (error) => this.#tell(error));
    this.#inbox.on("rollback", ({ error }) => this.#tell(error));
    this.#readAll.addEventListener("click", () => this.#mark(() => markAllRead(system), () => true));
    this.#more.addEventListener("click", () => exclusivePress(this.#more, () => this.#showOlder()));
    this.#panel.addEventListener("toggle", ({ newState }) => newState === "open" && this.#opened());
    setInterval(() => this.#isOpen && this.#render(), MINUTE_MILLISECONDS);
  }

  /** @param {boolean} isSignedIn who isn't has no bell, and what was told to another is forgotten */
  follow(isSignedIn) {
    if (!isSignedIn && this.#isOpen) this.#panel.hidePopover();
    this.#bell.hidden = !isSignedIn;
    this.#inbox.close();
    this.#older.clear();
    letPress(this.#more);
    if (isSignedIn) void this.#inbox.value; // loads it
    this.#render();
  }

  /** Open or close the list. */
  toggle() {
    if (!this.#bell.hidden) this.#panel.togglePopover();
  }

  get #isOpen() {
    return this.#panel.matches(":popover-open");
  }

  #opened() {
    this.#render();
    byId("notifications-title").focus();
  }

  #render() {
    const inbox = this.#bell.hidden ? undefined : this.#inbox.value;
    const unread = inbox?.unread;
    const items = this.#older.after(inbox?.items ?? []);
    setData(this.#bell, "state", inbox ? "ready" : "loading");
    setText(this.#count, unreadText(unread ?? 0));
    this.#count.hidden = !unread;
    this.#button.setAttribute("aria-label", bellText(unread));
    this.#readAll.hidden = !unread;
    setText(this.#note, items.length > 0 ? "" : emptyText(inbox !== undefined, this.#problem.textContent ?? ""));
    this.#more.hidden = !this.#older.mayBeMore(MOST);
    if (this.#isOpen) this.#renderList(items);
  }

  /** @param {Notification[]} items */
  #renderList(items) {
    const ids = new Set(items.map(({ id }) => id));
    for (const [id, { node }] of this.#rows) {
      if (ids.has(id)) continue;
      node.remove();
      this.#rows.delete(id);
    }
    const place = { now: Date.now(), interval: selectionOf(location.hash).interval };
    for (const [index, item] of items.entries()) {
      const row = this.#rows.get(item.id) ?? this.#newRow(item.id);
      row.show(item, place);
      if (this.#list.children[index] !== row.node) this.#list.insertBefore(row.node, this.#list.children[index] ?? null);
    }
  }

  /** @param {Notification["id"]} id */
  #newRow(id) {
    const row = new NotificationRow({
      read: (which) => this.#mark(() => markRead(this.#system, [which]), ({ id }) => id === which),
      opened: () => this.#panel.hidePopover(),
    });
    this.#rows.set(id, row);
    return row;
  }

  async #showOlder() {
    setText(this.#problem, "");
    try {
      await this.#older.load();
      this.#render();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#tell(error);
    }
  }

  /**
   * @param {() => Promise<void>} mark what is refused is told by `rollback`
   * @param {(notification: Notification) => boolean} isMarked
   */
  async #mark(mark, isMarked) {
    setText(this.#problem, "");
    try {
      await mark();
      this.#older.markRead(isMarked);
      this.#render();
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  }

  /** @param {Error & {code?: string | number}} error */
  #tell({ code, message }) {
    if (code !== "PERMISSION_DENIED") setText(this.#problem, `${message}.`);
    this.#render();
  }
}
