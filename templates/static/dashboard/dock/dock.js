/** The dock as a whole: which tab is open, whether any is, and that the browser remembers both. */
import { byId, partOf } from "../../shared/elements.js";
import { storageOfBrowser } from "../../shared/session/session_store.js";
import { DockTabs } from "./dock_tabs.js";

const TAB_KEY = "tidewire.dock.tab";
const DEVELOPER_TAB_KEY = "tidewire.dock.developer.tab";
/** As `panels_at_load.js` reads it. */
const OPEN_KEY = "tidewire.dock.open";
/** The root element, whose `data-dock` is `open` or `closed`. */
const root = document.documentElement;

export class Dock {
  #dock = byId("dock");
  #toggle = byId("dock-toggle");
  #storage = storageOfBrowser();
  #shown;

  /** @param {() => void} shown called when another panel has come in sight */
  constructor(shown) {
    this.#shown = shown;
    this.#startTabs(partOf(this.#dock, "[role=tablist]"), TAB_KEY);
    this.#startTabs(byId("developer-tabs"), DEVELOPER_TAB_KEY);
    this.#show(root.dataset.dock === "open");
    this.#toggle.addEventListener("click", () => this.#open(root.dataset.dock !== "open"));
    this.#dock.addEventListener("focus", () => this.#open(true)); // itself: a shortcut leads there
  }

  /** A tab that is chosen opens a closed dock. @param {HTMLElement} list @param {string} key under which the browser remembers it */
  #startTabs(list, key) {
    const tabs = new DockTabs(list, (panel) => {
      this.#storage.setItem(key, panel);
      this.#open(true);
    });
    tabs.show(this.#storage.getItem(key) ?? "");
  }

  /** @param {boolean} isOpen */
  #open(isOpen) {
    this.#storage.setItem(OPEN_KEY, String(isOpen));
    this.#show(isOpen);
  }

  /** @param {boolean} isOpen */
  #show(isOpen) {
    root.dataset.dock = isOpen ? "open" : "closed";
    this.#toggle.setAttribute("aria-expanded", String(isOpen));
    this.#shown();
  }
}

/** @param {Element} panel @returns {boolean} whether a reader can see it, so that painting it is of use */
export function isInSight(panel) {
  return !document.hidden && panel.checkVisibility();
}
