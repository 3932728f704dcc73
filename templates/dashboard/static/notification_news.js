/** Notifications as they come: shown as toasts, and acknowledged once the reader can have seen them. */
import { markRead } from "../client/hooks/inbox.js";
import { symbolOf } from "./notification_words.js";
import { onceIn } from "./painting.js";
import { hashOf, selectionOf } from "./selection.js";

/** One acknowledgement stands for all before it. */
const ACKNOWLEDGE_MILLISECONDS = 400;

export class NotificationNews {
  #system;
  #toasts;
  /** The largest number that was shown and not acknowledged; 0: none. */
  #seen = 0;
  #acknowledgeSoon = onceIn(ACKNOWLEDGE_MILLISECONDS, () => this.#acknowledge());

  /** @param {import("../client/system.js").WebSocketSystem} system @param {import("./toasts.js").Toasts} toasts */
  constructor(system, toasts) {
    this.#system = system;
    this.#toasts = toasts;
    system.client.on("notifications", ({ data }) => this.#come(data));
    // Who looks at another tab has not seen it, and is to be told by the next channel.
    document.addEventListener("visibilitychange", () => this.#acknowledgeSoon());
  }

  /** Forget what was shown to whoever has left. */
  forget() {
    this.#seen = 0;
    this.#toasts.clear();
  }

  #come(notification) {
    const { id, seq, title, body, severity, read } = notification;
    if (read) return;
    const symbol = symbolOf(notification);
    const { interval } = selectionOf(location.hash);
    const link = symbol ? { href: hashOf({ symbol, interval }), words: `Show ${symbol}` } : null;
    this.#toasts.show({ title, body, severity, link, dismissed: () => this.#read(id) });
    this.#seen = Math.max(this.#seen, seq);
    this.#acknowledgeSoon();
  }

  #read(id) {
    markRead(this.#system, [id]).catch(() => undefined); // told by the bell
  }

  async #acknowledge() {
    const seq = this.#seen;
    if (!seq || document.hidden) return;
    this.#seen = 0;
    try {
      await this.#system.client.command("notifications.ack", { seq });
    } catch (error) {
      if (!(/** @type {any} */ (error).code)) throw error;
    }
  }
}
