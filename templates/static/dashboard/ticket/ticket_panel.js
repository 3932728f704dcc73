/** Whether the ticket is in sight: beside the chart, where the browser remembers it, or as a view of its own on a phone. */
import { byId } from "../../shared/elements.js";
import { storageOfBrowser } from "../../shared/session/session_store.js";

/** As `panels_at_load.js` reads it. */
const KEY = "tidewire.ticket.open";
/** The root element, whose `data-ticket` is `open` or `closed`. */
const root = document.documentElement;

export class TicketPanel {
  #panel = byId("ticket");
  #button = byId("ticket-open");
  #storage = storageOfBrowser();
  #views;
  #shown;
  #isInSight = false;

  /** @param {import("../../shared/views.js").Views} views @param {() => void} shown called when it has come in sight */
  constructor(views, shown) {
    this.#views = views;
    this.#shown = shown;
    this.#button.addEventListener("click", () => (this.#isOpen ? this.close() : this.open()));
    byId("ticket-close").addEventListener("click", () => this.close());
    this.#panel.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    this.#set(root.dataset.ticket === "open");
    new IntersectionObserver((entries) => this.#seen(entries)).observe(this.#panel);
  }

  /** Whether a reader can see it, so that painting it is of use: as the browser has told, whom to ask would have it lay out the page. */
  get isInSight() {
    return !document.hidden && this.#isInSight;
  }

  open() {
    this.#storage.setItem(KEY, "true");
    this.#set(true);
    this.#views.show("order");
    this.#shown();
  }

  /** On a phone there is nothing to close: the bar at the bottom leads elsewhere. */
  close() {
    const hadFocus = this.#panel.contains(document.activeElement);
    this.#storage.setItem(KEY, "false");
    this.#set(false);
    if (hadFocus && !this.#panel.checkVisibility()) this.#button.focus();
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #seen(entries) {
    this.#isInSight = entries[entries.length - 1].isIntersecting;
    this.#shown();
  }

  get #isOpen() {
    return root.dataset.ticket === "open";
  }

  /** @param {boolean} isOpen */
  #set(isOpen) {
    root.dataset.ticket = isOpen ? "open" : "closed";
    this.#button.setAttribute("aria-expanded", String(isOpen));
  }
}
