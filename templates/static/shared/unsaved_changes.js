/** What was typed into a form since it was opened: whoever leaves it is asked before that is thrown away. */

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Field */

export class UnsavedChanges {
  #read;
  #confirm;
  #before = "";

  /** @param {() => unknown} read what the form says, as it is written as JSON @param {Pick<import("./confirm_dialog.js").ConfirmDialog, "ask">} confirm */
  constructor(read, confirm) {
    this.#read = () => JSON.stringify(read());
    this.#confirm = confirm;
  }

  /** From now on what the form says counts as unchanged. */
  begin() {
    this.#before = this.#read();
  }

  /** @param {() => void} act by which the page, and no reader, changes what the form says */
  pass(act) {
    const isUntouched = this.#isUntouched;
    act();
    if (isUntouched) this.begin();
  }

  /** @param {string} title of the question, where there is one @param {() => void} leave */
  leave(title, leave) {
    if (this.#isUntouched) leave();
    else this.#ask(title, leave);
  }

  get #isUntouched() {
    return this.#read() === this.#before;
  }

  /** @param {string} title @param {() => void} leave */
  #ask(title, leave) {
    const says = ["What you have typed is lost."];
    const question = { title, says, button: "Discard", stay: "Keep editing", isDangerous: true };
    let isAgreed = false;
    const act = async () => {
      isAgreed = true;
    };
    this.#confirm.ask({ ...question, act, ended: () => isAgreed && leave() }); // what closes first would give the focus to what the other covers
  }
}

/**
 * @param {HTMLFormElement} form
 * @returns {[string, FormDataEntryValue][]} what it says, but for passwords and codes, which a browser may have filled in by itself
 */
export function typedInto(form) {
  return [...new FormData(form)].filter(([name]) => !["password", "code"].includes(name));
}

/**
 * A dialog is left by its button, by a click beside it and by Escape, and `leave` says whether it is. The key is caught
 * itself: of an event `cancel` that follows another without a click or a letter between them, Chromium asks nobody.
 *
 * @param {HTMLDialogElement} dialog @param {HTMLElement} button @param {() => void} leave
 */
export function leaveBy(dialog, button, leave) {
  button.addEventListener("click", leave);
  dialog.addEventListener("click", ({ target }) => target === dialog && leave());
  dialog.addEventListener("keydown", (event) => event.key === "Escape" && !event.isComposing && insteadOf(event, leave));
  dialog.addEventListener("cancel", (event) => event.target === dialog && insteadOf(event, leave)); // others are of a part, such as a list of files
}

/** @param {Event} event @param {() => void} act */
function insteadOf(event, act) {
  event.preventDefault();
  act();
}

/** What the reader has typed into forms that are in sight: whoever would load the page anew asks first. */
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
