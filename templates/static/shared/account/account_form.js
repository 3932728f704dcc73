/** A form that asks the server something: busy while it waits, and each refusal where it belongs. */
import { partOf } from "../elements.js";
import { labelOf, showProblem } from "../form_fields.js";
import { capitalized } from "../format.js";
import { exclusivePress } from "../presses/exclusive_press.js";
import { SessionError } from "../session/session_requests.js";
import { problemText } from "./account_text.js";

/** @typedef {Record<string, string>} Values what is typed, by the names of the fields */

export class AccountForm {
  #form;
  #problem;
  #submit;
  #act;

  /**
   * @param {HTMLFormElement} form its fields have a place for their problem, named by `aria-describedby`
   * @param {(values: Values) => Promise<void>} act may throw a SessionError
   */
  constructor(form, act) {
    this.#form = form;
    this.#problem = partOf(form, ".form-problem");
    this.#submit = partOf(form, "button:not([type])");
    this.#act = act;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      exclusivePress(this.#submit, () => this.#send());
    });
  }

  /** @param {boolean} isShown with the first field in focus */
  show(isShown) {
    this.#form.hidden = !isShown;
    if (isShown) this.#fields[0].focus();
  }

  /** Forget what was typed and refused. */
  clear() {
    this.#form.reset();
    this.#tell("", {});
  }

  /** @param {string} text above the form */
  tell(text) {
    this.#tell(text, {});
  }

  /** @returns {(HTMLInputElement | HTMLSelectElement)[]} */
  get #fields() {
    return [...this.#form.querySelectorAll("input, select")].map((field) => /** @type {HTMLInputElement} */ (field));
  }

  async #send() {
    this.#tell("", {});
    try {
      await this.#act(Object.fromEntries([...new FormData(this.#form)].map(([name, value]) => [name, String(value)])));
    } catch (error) {
      if (!(error instanceof SessionError)) throw error;
      this.#tell(problemText(error), error.fields);
      this.#focusWhatIsWrong();
    }
  }

  /** @param {string} text @param {Record<string, string>} fields a sentence for each wrong one */
  #tell(text, fields) {
    this.#problem.textContent = text;
    for (const input of this.#fields) {
      const sentence = fields[input.name];
      showProblem(input, sentence ? this.#inWordsOfForm(input, sentence) : "");
    }
  }

  /**
   * @param {HTMLInputElement | HTMLSelectElement} input
   * @param {string} sentence as the server writes it: `password is required`
   * @returns {string} such as `Your password is required`
   */
  #inWordsOfForm(input, sentence) {
    const isNamed = sentence.startsWith(`${input.name} `);
    return capitalized(isNamed ? labelOf(this.#form, input) + sentence.slice(input.name.length) : sentence);
  }

  #focusWhatIsWrong() {
    const fields = this.#fields;
    const isWrong = fields.find((field) => field.hasAttribute("aria-invalid"));
    const wrong = isWrong ?? fields.find(({ type }) => type === "password") ?? fields[0];
    wrong.focus();
    if ("select" in wrong) wrong.select(); // a choice has no text
  }
}
