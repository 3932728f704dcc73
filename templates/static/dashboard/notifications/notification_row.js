/** One notification in the bell's list. */
import { parentOf } from "../../shared/elements.js";
import { formatAgo } from "../../shared/format.js";
import { element, setData, setText } from "../../shared/painting.js";
import { showTime } from "../../shared/time_zone/time_element.js";
import { hashOf } from "../selection.js";
import { symbolOf } from "./notification_text.js";

/** @typedef {import("@tidewire/client/protocol").Notification} Notification */

export class NotificationRow {
  #title = element("strong", { class: "notification-title" });
  #body = element("p", { class: "notification-body" });
  #time = element("time", { class: "muted notification-time" });
  #market = element("a", { class: "notification-market" });
  #read = element("button", { type: "button", class: "icon-button notification-read", title: "Mark read" }, "✓");
  #severity = element("span", { class: "visually-hidden" });
  /** @type {Notification["id"]} */
  #id = 0;

  /** @param {{read: (id: Notification["id"]) => void, opened: () => void}} actions */
  constructor({ read, opened }) {
    const head = element("div", { class: "notification-head" }, this.#severity, this.#title, this.#time);
    const foot = element("div", { class: "notification-foot" }, this.#market);
    this.node = element("li", { class: "notification" }, element("div", { class: "notification-text" }, head, this.#body, foot), this.#read);
    this.#read.addEventListener("click", () => read(this.#id));
    this.#market.addEventListener("click", () => {
      read(this.#id);
      opened();
    });
  }

  /** @param {Notification} notification @param {{now: number, interval: string}} place */
  show(notification, { now, interval }) {
    const { id, severity, title, body, created, read } = notification;
    const symbol = symbolOf(notification);
    this.#id = id;
    setData(this.node, "severity", severity);
    setData(this.node, "read", String(read));
    setText(this.#severity, severity === "info" ? "" : `${severity}: `);
    setText(this.#title, title);
    setText(this.#body, body);
    showTime(this.#time, created, () => formatAgo(created, now));
    setText(this.#market, symbol && `Show ${symbol}`);
    parentOf(this.#market).hidden = !symbol;
    this.#market.href = hashOf({ symbol, interval });
    this.#read.setAttribute("aria-label", `Mark “${title}” as read`);
    this.#read.hidden = read;
  }
}
