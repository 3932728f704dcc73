/** Tabs as the ARIA Authoring Practices describe them (https://www.w3.org/WAI/ARIA/apg/patterns/tabs/). */

const STEPS = new Map([
  ["ArrowLeft", (index, count) => (index + count - 1) % count],
  ["ArrowRight", (index, count) => (index + 1) % count],
  ["Home", () => 0],
  ["End", (index, count) => count - 1],
]);

export class DockTabs {
  #tabs;
  #chosen;

  /**
   * @param {HTMLElement} list with the role `tablist`; each tab controls a panel
   * @param {(id: string) => void} chosen told of the panel that the reader has chosen
   */
  constructor(list, chosen) {
    this.#tabs = [...list.querySelectorAll("[role=tab]")];
    this.#chosen = chosen;
    list.addEventListener("click", ({ target }) => this.#tabs.includes(target) && this.#choose(target));
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

  #choose(tab) {
    this.show(panelOf(tab).id);
    this.#chosen(panelOf(tab).id);
  }

  #step(event) {
    const step = STEPS.get(event.key);
    if (!step) return;
    event.preventDefault();
    const next = this.#tabs[step(this.#tabs.indexOf(document.activeElement), this.#tabs.length)];
    next.focus();
    this.#choose(next);
  }
}

function panelOf(tab) {
  return document.getElementById(tab.getAttribute("aria-controls"));
}
