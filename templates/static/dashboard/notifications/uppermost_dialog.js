/**
 * Which modal dialog lies over all else, and makes all beside it inert: it can't be used, and screen readers say nothing
 * of it. Browsers tell of a dialog that opens or closes by its attribute.
 */
export class UppermostDialog {
  /** @type {Set<Element>} the modal dialogs that are open, the uppermost last */
  #open = new Set();

  /** @param {(dialog: Element | null) => void} changed null: none is open any more */
  constructor(changed) {
    new MutationObserver((changes) => {
      const before = this.#uppermost;
      for (const { target } of changes) this.#follow(/** @type {Element} */ (target));
      if (this.#uppermost !== before) changed(this.#uppermost);
    }).observe(document.body, { subtree: true, attributeFilter: ["open"] });
  }

  /** @param {Element} dialog or what else can be open */
  #follow(dialog) {
    this.#open.delete(dialog);
    if (dialog.matches("dialog:modal")) this.#open.add(dialog);
  }

  get #uppermost() {
    return [...this.#open].at(-1) ?? null;
  }
}
