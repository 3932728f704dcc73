/** Tabs as the ARIA Authoring Practices describe them (https://www.w3.org/WAI/ARIA/apg/patterns/tabs/). */
import { byId, partsOf, targetOf } from "../../shared/elements.js";

/** By the key, to which tab of how many it leads from which. @type {Map<string, (index: number, count: number) => number>} */
const STEPS = new Map([
  ["ArrowLeft", (index, count) => (index + count - 1) % count],
  ["ArrowRight", (index, count) => (index + 1) % count],
  ["Home", () => 0],
  ["End", (_, count) => count - 1],
]);

export class DockTabs {
  #tabs;
  #chosen;

  /**
   * @param {HTMLElement} list with the role `tablist`; each tab controls a panel
   * @param {(id: string) => void} chosen told of the panel that the reader has chosen
   */
  constructor(list, chosen) {
    this.#tabs = [...partsOf(list, "[role=tab]")];
    this.#chosen = chosen;
    list.addEventListener("click", (event) => this.#tabs.includes(targetOf(event)) && this.#choose(targetOf(event)));
    list.addEventListener("keydown", (event) => this.#step(event));
  }

  /** @param {string} id of a panel; one that isn't there is no error */
  show(id) {
    const shown = this.#tabs.find((tab) => panelOf(tab).id === id);
    if (!shown) return;
    for (const tab of this.#tabs) {
      tab.setAttribute("aria-selected", String(tab === shown));
      tab.tabIndex = tab === shown ? 0 : -1;
      panelOf(tab).hidden = tab !== shown;
    }
  }

  /** @param {HTMLElement} tab */
  #choose(tab) {
    this.show(panelOf(tab).id);
    this.#chosen(panelOf(tab).id);
  }

  /** @param {KeyboardEvent} event */
  #step(event) {
    const step = STEPS.get(event.key);
    if (!step) return;
    event.preventDefault();
    const next = this.#tabs[step(this.#tabs.indexOf(targetOf(event)), this.#tabs.length)];
    next.focus();
    this.#choose(next);
  }
}

/** @param {HTMLElement} tab */
function panelOf(tab) {
  return byId(tab.getAttribute("aria-controls") ?? "");
}
