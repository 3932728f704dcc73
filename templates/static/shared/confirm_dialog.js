/**
 * Asks before something is done: says what it will do, does it once the reader agrees, and says what came of it. A
 * refusal is told in the dialog, which stays. What is under way may take minutes and isn't ended by closing the dialog:
 * who needs the page meanwhile gets it, and is told beside it what came of that. Where what has asked is gone then, such
 * as a row's button, the focus goes to the part of the page that it was in.
 */
import { byId, parentOf } from "./elements.js";
import { showProblems } from "./form_fields.js";
import { OutcomeNotice } from "./outcome_notice.js";
import { element, setText } from "./painting.js";
import { isHeldEnter } from "./presses/held_enter.js";
import { isRefusal, refusalText } from "./refusal.js";
import { Turns } from "./turns.js";

/**
 * @typedef {object} Question
 * @property {string} title
 * @property {string[]} says what it will do, sentence by sentence
 * @property {string} button what the reader agrees to
 * @property {string} [stay] what the reader does instead, where that is more than to cancel it
 * @property {boolean} [isDangerous]
 * @property {HTMLElement[]} [fields] what is to be chosen or typed besides
 * @property {string[]} [doing] what it says instead while that is done
 * @property {(progress: (sentences: string[]) => void) => Promise<string[] | void>} act what is done then; the sentences
 *   say what it did, in place of the question, and those of `progress` how far it is
 * @property {() => void} [ended] it was closed: nothing more is to be shown in it
 * @property {(refusal: import("./refusal.js").Refusal) => boolean} [refused] whether the refusal was told elsewhere
 */

const LOSES = "What you have typed is lost: press Escape once more to close this.";

export class ConfirmDialog {
  #dialog = byId("confirm", "dialog");
  #title = byId("confirm-title");
  #says = byId("confirm-says");
  #said = parentOf(this.#says);
  #fields = byId("confirm-fields");
  #problem = byId("confirm-problem");
  #agree = byId("confirm-agree", "button");
  #cancel = byId("confirm-cancel", "button");
  #outcome = new OutcomeNotice();
  /** What somebody agreed to who isn't there any more is told to nobody. */
  #users = new Turns();
  /** @type {Question | null} null: none is open, or it was answered */
  #question = null;
  /** @type {string[]} what the question says now, whatever is shown in its place */
  #asks = [];
  /** What its fields said when it was asked. */
  #offered = "";
  /** @type {Element | null} what had the focus when it was asked */
  #opener = null;
  /** @type {HTMLElement | null | undefined} the part of the page that it is in */
  #place;

  constructor() {
    byId("confirm-form", "form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#agreed();
    });
    this.#dialog.addEventListener("keydown", (event) => this.#pressed(event));
    for (const button of [this.#cancel, byId("confirm-close")]) button.addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("close", () => {
      this.#question?.ended?.();
      this.#question = null;
      if (!this.#opener?.isConnected) this.#place?.focus();
    });
  }

  /** Enter that is still held from what has asked answers nothing: nobody has read the question yet. @param {KeyboardEvent} event */
  #pressed(event) {
    if (isHeldEnter(event)) event.preventDefault();
    if (event.key === "Escape" && !event.isComposing) this.#keepTyped(event);
  }

  /** What was typed is thrown away by a second Escape. @param {Event} event */
  #keepTyped(event) {
    if (this.#typed === this.#offered || this.#problem.textContent === LOSES) return;
    event.preventDefault();
    setText(this.#problem, LOSES);
  }

  get #typed() {
    return JSON.stringify([...this.#fields.querySelectorAll("input")].map(({ value }) => value));
  }

  /** @param {Question} question */
  ask(question) {
    const { title, button, stay = "Cancel", isDangerous = false, fields = [] } = question;
    this.#question = question;
    setText(this.#title, title);
    this.#asks = question.says;
    this.#say(question.says);
    this.#fields.replaceChildren(...fields);
    this.#offered = this.#typed;
    setText(this.#problem, "");
    setText(this.#agree, button);
    this.#agree.hidden = false;
    this.#agree.removeAttribute("aria-disabled"); // what another question has asked may still be under way
    this.#agree.className = `button ${isDangerous ? "button-danger" : "button-primary"}`;
    setText(this.#cancel, stay);
    if (!this.#dialog.open) {
      this.#opener = document.activeElement;
      this.#place = /** @type {HTMLElement | null | undefined} */ (this.#opener?.closest("[tabindex='-1']"));
      this.#dialog.showModal();
    }
    (isDangerous ? this.#cancel : this.#agree).focus();
  }

  /** @param {string[]} sentences which the question says instead */
  show(sentences) {
    if (this.#isAsking) this.#asks = sentences;
    this.#say(sentences);
  }

  /**
   * Let the question say figures as they change by themselves, which isn't said to screen readers each time. What is
   * being done, and was done, stays in its place.
   *
   * @param {Question} question where another is asked, or none, nothing is shown
   * @param {string[]} sentences
   */
  follow(question, sentences) {
    if (question !== this.#question) return;
    this.#asks = sentences;
    if (this.#isAsking) this.#say(sentences, { isQuiet: true });
  }

  /** Close what is open: whoever asked isn't there any more. */
  close() {
    this.#users.begin();
    this.#outcome.hide();
    this.#dialog.close();
  }

  /** Whether the reader hasn't agreed yet, or may do so again. */
  get #isAsking() {
    return !this.#agree.hidden && !this.#agree.getAttribute("aria-disabled");
  }

  /** @param {string[]} sentences @param {{isQuiet?: boolean}} [options] */
  #say(sentences, { isQuiet = false } = {}) {
    this.#said.setAttribute("aria-live", isQuiet ? "off" : "polite");
    const items = [...this.#says.children];
    if (items.length === sentences.length) sentences.forEach((sentence, index) => setText(items[index], sentence));
    else this.#says.replaceChildren(...sentences.map((sentence) => element("li", {}, sentence)));
  }

  async #agreed() {
    const question = this.#question;
    if (!question || this.#agree.getAttribute("aria-disabled")) return;
    const isHere = this.#users.current();
    this.#agree.setAttribute("aria-disabled", "true");
    setText(this.#problem, "");
    if (question.doing) this.#say(question.doing);
    try {
      const done = await question.act((sentences) => question === this.#question && this.#say(sentences));
      if (isHere()) this.#done(question, done);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (isHere()) this.#refused(question, error);
    } finally {
      if (question === this.#question) this.#agree.removeAttribute("aria-disabled");
    }
  }

  /** @param {Question} question @param {string[] | void} sentences none: the page shows what was done */
  #done(question, sentences) {
    if (question !== this.#question) this.#outcome.show(question.title, sentences ?? []);
    else if (sentences) this.#tell(sentences);
    else this.#dialog.close();
  }

  /** @param {Question} question @param {import("./refusal.js").Refusal} refusal */
  #refused(question, refusal) {
    const isShown = question === this.#question;
    const isTold = question.refused?.(refusal) ?? false;
    if (isShown && isTold) this.#dialog.close();
    else if (isShown) this.#refuse(refusal);
    else if (!isTold) this.#outcome.show(question.title, [sentenceOf(refusal)]);
  }

  /** @param {import("./refusal.js").Refusal} refusal */
  #refuse({ message, fields = {} }) {
    this.#say(this.#asks, { isQuiet: true }); // the refusal is what is said
    const others = showProblems(this.#fields, fields);
    setText(this.#problem, refusalText({ message, fields, others }));
  }

  /** @param {string[]} sentences what was done */
  #tell(sentences) {
    this.#say(sentences);
    this.#fields.replaceChildren();
    this.#agree.hidden = true;
    setText(this.#cancel, "Close");
    this.#cancel.focus();
  }
}

/** What is said where its fields aren't shown any more. @param {import("./refusal.js").Refusal} refusal */
function sentenceOf({ message, fields = {} }) {
  return refusalText({ message, fields, others: Object.values(fields) });
}
