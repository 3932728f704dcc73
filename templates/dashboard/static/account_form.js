/** A form that asks the server something: busy while it waits, and each refusal where it belongs. */
import { problemInWords } from "./account_words.js";

export class AccountForm {
  #form;
  #problem;
  #submit;
  #act;

  /**
   * @param {HTMLFormElement} form its fields have a place for their problem, named by `aria-describedby`
   * @param {(values: Record<string, string>) => Promise<void>} act may throw a SessionError
   */
  constructor(form, act) {
    this.#form = form;
    this.#problem = form.querySelector(".form-problem");
    this.#submit = form.querySelector("button:not([type])");
    this.#act = act;
    form.addEventListener("submit", (event) => this.#submitted(event));
  }

  /** @param {boolean} isShown with the first field in focus */
  show(isShown) {
    this.#form.hidden = !isShown;
    if (isShown) this.#form.elements[0].focus();
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

  async #submitted(event) {
    event.preventDefault();
    if (this.#submit.getAttribute("aria-disabled")) return;
    this.#tell("", {});
    this.#submit.setAttribute("aria-disabled", "true");
    try {
      await this.#act(Object.fromEntries(new FormData(this.#form)));
    } catch (error) {
      if (error.name !== "SessionError") throw error;
      this.#tell(problemInWords(error), error.fields);
      this.#focusWhatIsWrong();
    } finally {
      this.#submit.removeAttribute("aria-disabled");
    }
  }

  #tell(text, fields) {
    this.#problem.textContent = text;
    for (const input of this.#form.querySelectorAll("input")) {
      const problem = fields[input.name] ?? "";
      document.getElementById(input.getAttribute("aria-describedby")).textContent = problem;
      if (problem) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
  }

  #focusWhatIsWrong() {
    const wrong = this.#form.querySelector("[aria-invalid]") ?? this.#form.querySelector("[type=password]");
    wrong.focus();
    wrong.select();
  }
}
