/**
 * What has just happened, in a corner of the page: said to screen readers, in sight for some seconds; what is critical
 * stays until it is dismissed. The time stands still while a pointer or the focus is on it.
 */
import { byId } from "../../shared/elements.js";
import { element } from "../../shared/painting.js";

const SHOWN_MILLISECONDS = 9_000;
const MOST = 3;

/** @typedef {{title: string, body?: string, severity?: string, link?: {href: string, label: string} | null, dismissed?: () => void}} Toast */

export class Toasts {
  #root = byId("toasts");
  // Regions that are said must be there before what they say.
  #polite = element("div", { class: "toast-region", role: "status" });
  #assertive = element("div", { class: "toast-region", role: "alert" });

  constructor() {
    this.#root.append(this.#assertive, this.#polite);
  }

  /** @param {Toast} toast */
  show(toast) {
    const isCritical = toast.severity === "critical";
    const region = isCritical ? this.#assertive : this.#polite;
    const node = this.#nodeOf(toast);
    region.append(node);
    this.#leaveMost();
    if (!isCritical) expire(node);
  }

  /** Those that go by themselves give way first. */
  #leaveMost() {
    const all = [...this.#polite.children, ...this.#assertive.children];
    for (const node of all.slice(0, Math.max(0, all.length - MOST))) node.remove();
  }

  clear() {
    for (const region of [this.#polite, this.#assertive]) region.replaceChildren();
  }

  /** @param {Toast} toast */
  #nodeOf({ title, body = "", severity = "info", link = null, dismissed }) {
    const close = element("button", { type: "button", class: "icon-button", "aria-label": `Dismiss: ${title}` }, "✕");
    const text = element("div", { class: "toast-text" }, element("strong", {}, title));
    if (body) text.append(element("p", {}, body));
    if (link) text.append(element("a", { href: link.href }, link.label));
    const node = element("div", { class: "toast", "data-severity": severity }, text, close);
    for (const control of node.querySelectorAll("a, button")) {
      control.addEventListener("click", () => {
        node.remove();
        dismissed?.();
      });
    }
    return node;
  }
}

/** @param {HTMLElement} node */
function expire(node) {
  let timer = setTimeout(() => node.remove(), SHOWN_MILLISECONDS);
  const hold = () => clearTimeout(timer);
  const go = () => {
    hold();
    timer = setTimeout(() => node.remove(), SHOWN_MILLISECONDS);
  };
  for (const event of ["pointerenter", "focusin"]) node.addEventListener(event, hold);
  for (const event of ["pointerleave", "focusout"]) node.addEventListener(event, go);
}
