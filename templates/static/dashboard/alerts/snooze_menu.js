/** The menu that asks for how long an alert is to be silent; each row of the list opens it with its own button. */
import { byId, partsOf } from "../../shared/elements.js";
import { isHeldEnter } from "../../shared/presses/held_enter.js";
import { element, setText } from "../../shared/painting.js";
import { SNOOZE_CHOICES, untilText } from "./snooze_times.js";

/** As in alerts.css; the menu is placed before it is measured. */
const WIDTH_PIXELS = 280;
const GAP_PIXELS = 4;
const MARGIN_PIXELS = 8;
/** @type {Record<string, number>} */
const STEPS = { ArrowDown: 1, ArrowUp: -1 };

/** @typedef {import("../../../types/alerts.js").Rule} Rule */

export class SnoozeMenu {
  #menu = byId("snooze-menu");
  #choose;
  /** @type {Rule | undefined} */
  #rule;
  /** @type {HTMLElement | undefined} */
  #button;
  /** Where the button was when the menu was placed. */
  #top = 0;
  #name = element("div", { class: "snooze-menu-name", "aria-hidden": "true" }); // it is the menu's label
  #times = SNOOZE_CHOICES.map(() => element("span", { class: "muted" }));
  /** @type {Date[]} as they are shown */
  #untils = [];

  /** @param {(rule: Rule, until: Date) => void} choose */
  constructor(choose) {
    this.#choose = choose;
    this.#menu.append(this.#name, ...SNOOZE_CHOICES.map((choice, index) => this.#item(choice, index)));
    this.#menu.addEventListener("beforetoggle", ({ newState }) => newState === "open" && this.#prepare());
    this.#menu.addEventListener("toggle", ({ newState }) => tell(this.#button, newState === "open"));
    this.#menu.addEventListener("keydown", (event) => this.#step(event));
    document.addEventListener("scroll", () => this.#isAstray() && this.close(), { capture: true, passive: true });
    window.addEventListener("resize", () => this.close());
  }

  /** @param {Rule} rule that the menu is about when it opens next @param {HTMLElement} button that opens it */
  offer(rule, button) {
    if (button !== this.#button) {
      tell(this.#button, false);
      this.close(); // else the button would close the menu of another row
    }
    this.#rule = rule;
    this.#button = button;
  }

  close() {
    this.#menu.hidePopover();
  }

  /** @param {import("./snooze_times.js").SnoozeChoice} choice @param {number} index */
  #item({ key, label }, index) {
    const attributes = { type: "button", role: "menuitem", "data-snooze": key, ...(index ? {} : { autofocus: "" }) };
    const item = element("button", attributes, element("span", {}, label), this.#times[index]);
    item.addEventListener("click", () => {
      this.close();
      if (this.#rule) this.#choose(this.#rule, this.#untils[index]);
    });
    return item;
  }

  #prepare() {
    if (!this.#rule || !this.#button) return;
    const now = new Date();
    this.#untils = SNOOZE_CHOICES.map(({ until }) => until(now));
    for (const [index, until] of this.#untils.entries()) setText(this.#times[index], untilText(until.getTime(), now));
    setText(this.#name, this.#rule.name);
    this.#menu.setAttribute("aria-label", `Snooze ${this.#rule.name}`);
    this.#place(this.#button.getBoundingClientRect());
  }

  /** Towards the middle of the window, where there is more room. @param {DOMRect} button */
  #place({ top, bottom, right }) {
    const left = Math.min(right - WIDTH_PIXELS, innerWidth - WIDTH_PIXELS - MARGIN_PIXELS);
    const isLow = bottom > innerHeight / 2;
    this.#menu.style.left = `${Math.max(MARGIN_PIXELS, left)}px`;
    this.#menu.style.top = isLow ? "auto" : `${bottom + GAP_PIXELS}px`;
    this.#menu.style.bottom = isLow ? `${innerHeight - top + GAP_PIXELS}px` : "auto";
    this.#top = top;
  }

  /** It stays where it is when the row that it is about moves. */
  #isAstray() {
    return this.#menu.matches(":popover-open") && this.#button?.getBoundingClientRect().top !== this.#top;
  }

  /** @param {KeyboardEvent} event */
  #step(event) {
    if (isHeldEnter(event)) event.preventDefault();
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const items = [...partsOf(this.#menu, "button")];
    const next = items.findIndex((item) => item === document.activeElement) + step;
    items.at(next % items.length)?.focus();
  }
}

/** @param {HTMLElement | undefined} button which may be one to resume by now, that opens nothing @param {boolean} isOpen */
function tell(button, isOpen) {
  if (button?.hasAttribute("aria-haspopup")) button.setAttribute("aria-expanded", String(isOpen));
}
