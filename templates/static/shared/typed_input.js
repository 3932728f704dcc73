/** What the reader has typed into forms that are in sight: whoever would load the page anew asks first. */

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Field */

export class TypedInput {
  /** @type {Map<Field, string | boolean>} what each said when the reader came to it first */
  #before = new Map();

  constructor() {
    document.addEventListener("focusin", ({ target }) => isField(target) && this.#remember(target));
  }

  /** Whether anything would be lost. */
  get isThere() {
    return [...this.#before].some(([field, said]) => field.checkVisibility() && saidBy(field) !== said);
  }

  /** @param {Field} field */
  #remember(field) {
    for (const known of this.#before.keys()) if (!known.isConnected) this.#before.delete(known);
    if (!this.#before.has(field)) this.#before.set(field, saidBy(field));
  }
}

/** Others, such as a search, are of no form. @param {any} target @returns {target is Field} */
function isField(target) {
  return target.matches("form :is(input, select, textarea)");
}

/** @param {Field} field */
function saidBy(field) {
  return "checked" in field && ["checkbox", "radio"].includes(field.type) ? field.checked : field.value;
}
