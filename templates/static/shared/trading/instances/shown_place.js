/** Which grid or strategy the page's address names, and how one goes from one to another; on a phone by its views, too. */
import { byId, targetOf } from "../../elements.js";

export class ShownPlace {
  #views;
  #idOf;
  #addressOf;
  #show;
  /** @type {string} which was shown last, for the view of it on a phone */
  #former = "";

  /**
   * @param {import("../../views.js").Views} views
   * @param {object} parts
   * @param {(address: {pathname: string}) => string} parts.idOf empty: a new one is planned
   * @param {(id: string) => string} parts.addressOf
   * @param {(id: string) => void} parts.show what the address names now
   */
  constructor(views, { idOf, addressOf, show }) {
    this.#views = views;
    this.#idOf = idOf;
    this.#addressOf = addressOf;
    this.#show = show;
  }

  /** @returns {string} what the address names; empty: a new one is planned */
  get id() {
    return this.#idOf(location);
  }

  /** @param {string} id which the browser's own buttons can leave again; none: a new one @param {{keepsView?: boolean}} [options] */
  goTo(id, { keepsView = false } = {}) {
    history.pushState(null, "", this.#addressOf(id));
    this.show();
    if (!keepsView) this.#views.goTo(id ? "shown" : "new");
  }

  /** Show what the address names. */
  show() {
    if (this.id) this.#former = this.id;
    this.#show(this.id);
  }

  /** Show it to whoever has just come. */
  enter() {
    this.show();
    if (this.id) this.#views.show("shown");
  }

  /** Whoever comes goes back to nothing of who was here before. */
  forget() {
    this.#former = "";
  }

  /** Follow the browser's own buttons, and the views: what was shown comes back. */
  watch() {
    addEventListener("popstate", () => this.show());
    byId("views").addEventListener("click", (event) => {
      const view = targetOf(event).closest("button")?.dataset.view;
      if (view === "new" && this.id) this.goTo("", { keepsView: true });
      if (view === "shown" && this.#former && !this.id) this.goTo(this.#former, { keepsView: true });
    });
  }
}
