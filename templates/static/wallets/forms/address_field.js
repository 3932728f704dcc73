/** An address as it is pasted or typed: its checksum is told meanwhile, and the right spelling offered. */
import { byId } from "../../shared/elements.js";
import { showProblems } from "../../shared/form_fields.js";
import { setText } from "../../shared/painting.js";
import { isRefusal } from "../../shared/refusal.js";
import { Turns } from "../../shared/turns.js";
import { isWorthAsking, spellingOf, typedText } from "./address_text.js";

const WAIT_MILLISECONDS = 150;

export class AddressField {
  #form;
  #input;
  #spelling;
  #ask;
  #said;
  #turns = new Turns();

  /**
   * @param {HTMLFormElement} form
   * @param {HTMLInputElement} input of the form
   * @param {HTMLButtonElement} spelling offers the right one
   * @param {(typed: string) => Promise<string>} ask the server: what is told of an address that it takes
   */
  constructor(form, input, spelling, ask) {
    this.#form = form;
    this.#input = input;
    this.#spelling = spelling;
    this.#ask = ask;
    this.#said = byId(`${input.id}-said`);
    input.addEventListener("input", () => this.look());
    spelling.addEventListener("click", () => this.#respell());
  }

  get value() {
    return this.#input.value;
  }

  /** Tell of what is typed. */
  look() {
    const isMeant = this.begin();
    const { value } = this;
    this.#tell({}, typedText(value));
    if (isWorthAsking(value)) setTimeout(() => isMeant() && this.#asked(value, isMeant), WAIT_MILLISECONDS);
  }

  /** Nothing is told any more of what was typed until now; @returns {() => boolean} whether nothing was typed since */
  begin() {
    return this.#turns.begin();
  }

  /** Let nobody see what was typed. */
  clear() {
    this.begin();
    this.#input.value = "";
    this.#tell({}, "");
  }

  /** @param {Record<string, string>} fields a refusal by field @returns {string[]} sentences that belong to no field */
  refuse(fields) {
    return this.#tell(fields, "");
  }

  /** @param {string} typed @param {() => boolean} isMeant */
  async #asked(typed, isMeant) {
    try {
      const said = await this.#ask(typed);
      if (isMeant()) this.#tell({}, said);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (isMeant()) this.#tell(error.fields?.address ? { [this.#path]: error.fields.address } : {}, "");
    }
  }

  get #path() {
    return this.#input.dataset.path ?? "";
  }

  /** @param {Record<string, string>} fields @param {string} said what else is told of the address */
  #tell(fields, said) {
    const others = showProblems(this.#form, fields);
    const spelling = spellingOf(fields[this.#path] ?? "");
    this.#spelling.hidden = !spelling;
    this.#spelling.value = spelling;
    setText(this.#spelling, spelling && `Use ${spelling}`);
    setText(this.#said, said);
    return others;
  }

  #respell() {
    this.#input.value = this.#spelling.value;
    this.#input.focus();
    this.look();
  }
}
