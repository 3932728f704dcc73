/** What was typed into a form since it was opened: whoever leaves it is asked before that is thrown away. */

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
    this.#confirm.ask({ title, says, button: "Discard", isDangerous: true, act: async () => leave() });
  }
}
