/** The choice of the candle interval: native radio buttons, so that arrow keys and screen readers just work. */
import { byId, inputOf, parentOf, partOf } from "../../shared/elements.js";
import { element, oncePerFrame, setData } from "../../shared/painting.js";
import { offeredIntervals, intervalText } from "../../shared/market_data/intervals.js";

/** A rounded place is out of sight by less. */
const LEAST_PIXELS = 2;

export class IntervalSwitch {
  #root = byId("intervals");
  #hint = oncePerFrame(() => setData(this.#root, "more", this.#sidesOutOfSight().join(" ")));

  /** @param {(interval: string) => void} chosen */
  constructor(chosen) {
    this.#root.append(...offeredIntervals().map(choice));
    this.#root.addEventListener("change", (event) => chosen(inputOf(event).value));
    this.#root.addEventListener("scroll", this.#hint, { passive: true });
    new ResizeObserver(this.#hint).observe(this.#root);
  }

  /** @param {string} interval */
  show(interval) {
    const input = partOf(this.#root, `input[value="${interval}"]`, "input");
    input.checked = true;
    this.#bringIntoSight(parentOf(input));
  }

  /** @param {number} step 1: to the next longer interval, -1: to the next shorter one; at the end nothing happens */
  step(step) {
    const inputs = [...this.#root.querySelectorAll("input")];
    inputs[inputs.findIndex(({ checked }) => checked) + step]?.click();
  }

  /** On which sides there are intervals that are scrolled to. */
  #sidesOutOfSight() {
    const { scrollLeft, scrollWidth, clientWidth } = this.#root;
    const isMore = { left: scrollLeft, right: scrollWidth - clientWidth - scrollLeft };
    return Object.entries(isMore).flatMap(([side, pixels]) => (pixels >= LEAST_PIXELS ? [side] : []));
  }

  /** Into the middle. Scroll the switch alone: `scrollIntoView` would move the page on a phone. @param {HTMLElement} label */
  #bringIntoSight(label) {
    const { left, width } = this.#root.getBoundingClientRect();
    const place = label.getBoundingClientRect();
    this.#root.scrollLeft += place.left + place.width / 2 - (left + width / 2);
  }
}

/** @param {string} interval */
function choice(interval) {
  const input = element("input", {
    type: "radio",
    name: "interval",
    value: interval,
    class: "visually-hidden",
    "aria-label": intervalText(interval),
  });
  return element("label", { title: intervalText(interval) }, input, element("span", {}, interval));
}
