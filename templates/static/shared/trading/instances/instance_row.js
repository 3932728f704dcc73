/** One of the user's grids or strategies in their list: what it is, how it is, what it has earned. */
import { direction } from "../../format.js";
import { gainText, quoteAssetOf } from "../../money.js";
import { element, setData, setText } from "../../painting.js";
import { profitOf } from "./instance_news.js";
import { stateAndReason } from "./instance_text.js";

/** @typedef {{title: string, more: string}} RowTexts `more`: the small line under its name */

export class InstanceRow {
  #link = element("a", { class: "row-name" });
  #profit = element("span", { class: "row-figure" });
  #state = element("span", { class: "row-state" });
  #more = element("span", { class: "row-more muted" });

  /** @param {string} id @param {string} address */
  constructor(id, address) {
    this.#link.setAttribute("href", address);
    this.#link.dataset.instance = id;
    this.element = element("li", {}, this.#link, this.#profit, this.#state, this.#more);
  }

  /** @param {import("../../../../types/instances.js").Instance} instance @param {RowTexts} texts */
  show(instance, { title, more }) {
    const profit = profitOf(instance);
    setText(this.#link, title);
    setText(this.#profit, gainText(profit, quoteAssetOf(instance)));
    setData(this.#profit, "direction", direction(profit));
    setText(this.#state, stateAndReason(instance));
    setText(this.#more, more);
    setData(this.element, "state", instance.state);
  }

  /** @param {boolean} isShown */
  mark(isShown) {
    if (isShown) this.#link.setAttribute("aria-current", "page");
    else this.#link.removeAttribute("aria-current");
  }
}
