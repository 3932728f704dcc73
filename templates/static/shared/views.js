/**
 * The views of the page. On a phone there is one at a time, chosen in the bar at the bottom and kept in `data-view` of
 * the body; on a wider page all are seen at once, and only the focus goes from one to the other.
 */
import { byId, partOf, partsOf, targetOf } from "./elements.js";

export class Views {
  #bar = byId("views");
  #places;

  /** @param {Record<string, string>} places the id of what has the focus in each view; the first one's is skipped to */
  constructor(places) {
    this.#places = places;
    this.#bar.addEventListener("click", (event) => {
      const view = targetOf(event).closest("button")?.dataset.view;
      if (view) this.show(view);
    });
    partOf(document, "[data-skip]").addEventListener("click", (event) => {
      event.preventDefault(); // the address's hash names what is shown
      this.goTo(Object.keys(places)[0]);
    });
  }

  /** @param {string} view one of the places */
  show(view) {
    document.body.dataset.view = view;
    for (const button of partsOf(this.#bar, "button")) {
      if (button.dataset.view === view) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  }

  /** Show a view, and put the focus there. @param {string} view */
  goTo(view) {
    this.show(view);
    const place = byId(this.#places[view]);
    place.tabIndex = -1;
    place.focus();
  }
}
