/**
 * The views of the page. On a phone there is one at a time, chosen in the bar at the bottom and kept in `data-view` of
 * the body; on a wider page all are seen at once, and only the focus goes from one to the other.
 */
import { byId, partOf, partsOf, targetOf } from "../shared/elements.js";

/** What has the focus in a view. */
/** @type {Record<string, string>} */
const PLACES = { chart: "chart", markets: "watch-list", book: "order-book", trades: "trades", more: "dock" };

export class Views {
  #bar = byId("views");

  constructor() {
    this.#bar.addEventListener("click", (event) => {
      const view = targetOf(event).closest("button")?.dataset.view;
      if (view) this.show(view);
    });
    partOf(document, "[data-skip]").addEventListener("click", (event) => {
      event.preventDefault(); // the address's hash names the market
      this.goTo("chart");
    });
  }

  /** @param {string} view `chart`, `markets`, `book`, `trades` or `more` */
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
    const place = byId(PLACES[view]);
    place.tabIndex = -1;
    place.focus();
  }
}
