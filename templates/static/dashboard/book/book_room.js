/** How many levels of a side the order book shows: as many as there is room for, or as many as its reader has chosen. */
import { byId, partOf } from "../../shared/elements.js";
import { element, oncePerFrame } from "../../shared/painting.js";
import { LEVEL_CHOICES } from "./book_preferences.js";
import { LEAST_LEVELS, fittingLevels, levelsInSight } from "./fitting_levels.js";

export class BookRoom {
  #scroller = byId("order-book-scroller");
  #select = byId("order-book-levels", "select");
  #preferences;
  #changed;
  #isSeen = false;
  #levels = LEAST_LEVELS;
  #heights = { head: 0, middle: 0, row: 0 };
  #sight = { top: 0, height: 0 };
  #isCentred = true;

  /**
   * @param {import("./book_preferences.js").BookPreferences} preferences
   * @param {() => void} changed told of another count of levels, and of others that have come in sight
   */
  constructor(preferences, changed) {
    this.#preferences = preferences;
    this.#changed = changed;
    this.#select.replaceChildren(...LEVEL_CHOICES.map((levels) => element("option", { value: String(levels) }, levels ? String(levels) : "Fit")));
    this.#select.value = String(preferences.levels);
    this.#select.addEventListener("change", () => {
      preferences.keepLevels(Number(this.#select.value));
      this.#measure();
      this.centre();
    });
  }

  /** Begin to follow the room that there is, once the rows are there. */
  start() {
    new ResizeObserver(() => this.#measure()).observe(this.#scroller);
    const scrolled = oncePerFrame(() => {
      this.#sight = { ...this.#sight, top: this.#scroller.scrollTop };
      this.#isCentred = Math.abs(this.#sight.top - this.#centreTop) < this.#heights.row;
      this.#changed();
    });
    this.#scroller.addEventListener("scroll", scrolled, { passive: true });
    this.#measure();
  }

  /** Of a side. */
  get levels() {
    return this.#levels;
  }

  /** How many of the best levels of each side are painted with each frame: those that are in sight. */
  get inSight() {
    return levelsInSight(this.#sight, this.#heights, this.#levels);
  }

  /** Whether the book is on the screen: on a phone it has a view of its own. */
  get isSeen() {
    return this.#isSeen;
  }

  /** Scroll to where the sides meet. */
  centre() {
    this.#scroller.scrollTop = this.#centreTop;
    this.#isCentred = true;
  }

  get #centreTop() {
    const { clientHeight, scrollHeight } = this.#scroller;
    return (scrollHeight - clientHeight) / 2;
  }

  #measure() {
    const height = this.#scroller.clientHeight;
    const isSeen = height > 0;
    const isOther = height !== this.#sight.height; // what was in its middle stays there
    this.#sight = { top: this.#scroller.scrollTop, height };
    if (isSeen) this.#heights = { head: this.#height("thead"), middle: this.#height(".middle"), row: this.#height(".bids tr") };
    const levels = this.#preferences.levels || (isSeen ? fittingLevels(height, this.#heights) : this.#levels);
    const comes = isSeen && !this.#isSeen;
    if (isSeen !== this.#isSeen || levels !== this.#levels) {
      this.#isSeen = isSeen;
      this.#levels = levels;
      this.#changed();
    }
    if (comes || (isSeen && isOther && this.#isCentred)) this.centre();
  }

  /** @param {string} part */
  #height(part) {
    return partOf(this.#scroller, part).offsetHeight;
  }
}
