/**
 * What came of something whose dialog the reader has closed while it was under way: beside the page, until it is
 * dismissed. It takes neither the focus nor the page away, for the reader is doing something else by then.
 */
import { byId } from "./elements.js";
import { element } from "./painting.js";

const MOST = 3;

export class OutcomeNotice {
  #notice = byId("confirm-outcome");
  #said = byId("confirm-outcome-said");

  constructor() {
    byId("confirm-outcome-close").addEventListener("click", () => this.hide());
  }

  /** @param {string} title of what was asked @param {string[]} sentences what came of it; without any, nothing is shown */
  show(title, sentences) {
    if (!sentences.length) return;
    this.#said.append(element("p", {}, element("strong", {}, title), ` ${sentences.join(" ")}`));
    for (const old of [...this.#said.children].slice(0, -MOST)) old.remove();
    this.#notice.hidePopover(); // what is shown last lies above what has been opened since
    this.#notice.showPopover();
  }

  hide() {
    if (!this.#said.childElementCount) return;
    this.#said.replaceChildren();
    this.#notice.hidePopover();
  }
}
