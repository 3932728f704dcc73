/**
 * What has just happened, in a corner of the page: said to screen readers, in sight for some seconds; what is critical
 * stays until it is dismissed. The time stands still while a pointer or the focus is on it. While a modal dialog is open
 * it is in that, where it can be read and dismissed.
 */
import { byId, parentOf } from "../../shared/elements.js";
import { element } from "../../shared/painting.js";
import { UppermostDialog } from "./uppermost_dialog.js";

const SHOWN_MILLISECONDS = 9_000;
const MOST = 3;
const CRITICAL = "[data-severity=critical]";

/** @typedef {{title: string, body?: string, severity?: string, link?: {href: string, label: string} | null, dismissed?: () => void}} Toast */

export class Toasts {
  #root = byId("toasts");
  #page = parentOf(this.#root);
  #said = element("div", { class: "toast-region" });
  // Regions that are said must be there before what they say; each says what comes, and not what stands there already.
  #polite = element("div", { class: "toast-region", role: "status", "aria-atomic": "false" });
  #assertive = element("div", { class: "toast-region", role: "alert", "aria-atomic": "false" });

  constructor() {
    this.#root.append(this.#said, this.#assertive, this.#polite);
    new UppermostDialog((dialog) => this.#moveTo(dialog ?? this.#page));
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
    const all = [...this.#said.children, ...this.#polite.children, ...this.#assertive.children];
    const isCritical = (/** @type {Element} */ node) => Number(node.matches(CRITICAL));
    all.sort((one, other) => isCritical(one) - isCritical(other));
    for (const node of all.slice(0, Math.max(0, all.length - MOST))) node.remove();
  }

  clear() {
    for (const region of [this.#said, this.#polite, this.#assertive]) region.replaceChildren();
  }

  /**
   * What was said isn't said once more, and what a pointer was on goes in its time: a browser doesn't tell that it has
   * left what is moved.
   *
   * @param {Element} place
   */
  #moveTo(place) {
    for (const region of [this.#assertive, this.#polite]) this.#said.append(...region.children);
    for (const node of this.#said.children) node.dispatchEvent(new Event("pointerleave"));
    place.append(this.#root);
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
