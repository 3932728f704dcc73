/** Notifications as they come: shown as toasts, and acknowledged once the reader can have seen them. */
import { markRead } from "../../client/hooks/inbox.js";
import { hashOf, selectionOf } from "../selection.js";
import { Acknowledgement } from "./acknowledgement.js";
import { symbolOf } from "./notification_text.js";

/** @typedef {import("@tidewire/client/protocol").Notification} Notification */

export class NotificationToasts {
  #system;
  #toasts;
  #acknowledgement;

  /** @param {import("../../client/system.js").WebSocketSystem} system @param {import("./toasts.js").Toasts} toasts */
  constructor(system, toasts) {
    this.#system = system;
    this.#toasts = toasts;
    this.#acknowledgement = new Acknowledgement(system.client);
    system.client.on("notifications", ({ data }) => this.#come(data));
  }

  /** Forget what was shown to whoever has left. */
  forget() {
    this.#acknowledgement.forget();
    this.#toasts.clear();
  }

  /** @param {Notification} notification */
  #come(notification) {
    const { id, seq, title, body, severity, read } = notification;
    if (read) return;
    const symbol = symbolOf(notification);
    const { interval } = selectionOf(location.hash);
    const link = symbol ? { href: hashOf({ symbol, interval }), label: `Show ${symbol}` } : null;
    this.#toasts.show({ title, body, severity, link, dismissed: () => this.#read(id) });
    this.#acknowledgement.shown(seq);
  }

  /** @param {Notification["id"]} id */
  #read(id) {
    markRead(this.#system, [id]).catch(() => undefined); // told by the bell
  }
}
