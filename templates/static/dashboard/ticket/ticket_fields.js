/** The order ticket's fields: what is typed into them, which of them an order of a type has, and what is said beside them. */
import { byId, partOf, partsOf } from "../../shared/elements.js";
import { showProblems } from "../../shared/form_fields.js";
import { setText } from "../../shared/painting.js";
import { hasTimeInForce, isForAmount, takes } from "./order_values.js";

/** @typedef {import("./order_values.js").OrderValues} OrderValues */

/** By the names that the server has for them. */
const INPUTS = /** @type {const} */ ({ price: "ticket-price", stop_price: "ticket-stop-price", size: "ticket-size" });

/** @typedef {keyof typeof INPUTS} InputName */

export class TicketFields {
  #form = byId("ticket-form", "form");
  #time = byId("ticket-time-in-force", "select");
  #account = byId("ticket-account", "select");
  #postOnly = byId("ticket-post-only", "input");

  /** @returns {OrderValues} */
  get values() {
    return /** @type {OrderValues} */ ({
      ...{ side: this.#chosen("side"), kind: this.#chosen("kind"), sizing: this.#chosen("sizing") },
      ...{ price: inputOf("price").value, stopPrice: inputOf("stop_price").value, size: inputOf("size").value },
      ...{ isPostOnly: this.#postOnly.checked, timeInForce: this.#time.value, account: this.#account.value },
    });
  }

  /** @param {"side" | "kind" | "sizing"} name @param {string} value */
  choose(name, value) {
    partOf(this.#form, `[name=${name}][value=${value}]`, "input").checked = true;
  }

  /** @param {boolean} isPostOnly */
  setPostOnly(isPostOnly) {
    this.#postOnly.checked = isPostOnly;
  }

  /** @param {InputName} name @param {string} text */
  write(name, text) {
    inputOf(name).value = text;
  }

  /** @param {InputName} name */
  focus(name) {
    inputOf(name).focus();
  }

  /** Put the focus on the first field that is wrong; @returns {boolean} whether there is one */
  focusFault() {
    const [fault] = partsOf(this.#form, "[aria-invalid=true]");
    fault?.focus();
    return fault !== undefined;
  }

  /** Show what an order of these values has. @param {OrderValues} values @param {{base: string, quote: string}} assets */
  arrange(values, { base, quote }) {
    for (const field of partsOf(this.#form, "[data-takes]")) field.hidden = !takes(values, field.dataset.takes ?? "");
    const isMarket = values.kind === "market";
    byId("ticket-picks").hidden = isMarket;
    byId("ticket-sizing").hidden = !isMarket;
    byId("ticket-post-only-field").hidden = values.kind !== "limit";
    byId("ticket-time-field").hidden = !hasTimeInForce(values);
    byId("ticket-terms").hidden = values.kind !== "limit" && !hasTimeInForce(values);
    for (const name of partsOf(this.#form, "[data-asset]")) setText(name, name.dataset.asset === "base" ? base : quote);
    const isAmount = isForAmount(values);
    inputOf("size").dataset.path = isAmount ? "quote_quantity" : "quantity";
    setText(byId("ticket-size-name"), isAmount ? "Amount" : "Quantity");
    setText(byId("ticket-size-asset"), isAmount ? quote : base);
  }

  /** @param {{price: string, stopPrice: string, size: string, free: string}} hints */
  hint({ price, stopPrice, size, free }) {
    setText(byId("ticket-price-hint"), price);
    setText(byId("ticket-stop-price-hint"), stopPrice);
    setText(byId("ticket-size-hint"), size);
    setText(byId("ticket-free"), free);
  }

  /** @param {Record<string, string>} faults by field @returns {string[]} those of no field in sight */
  showFaults(faults) {
    const hidden = [...partsOf(this.#form, "[hidden] [data-path]")].map(({ dataset }) => dataset.path ?? "");
    const others = Object.entries(faults).filter(([name]) => hidden.includes(name));
    const shown = Object.entries(faults).filter(([name]) => !hidden.includes(name));
    return [...showProblems(this.#form, Object.fromEntries(shown)), ...others.map(([, fault]) => fault)];
  }

  /** @param {string} name */
  #chosen(name) {
    return partOf(this.#form, `[name=${name}]:checked`, "input").value;
  }
}

/** @param {InputName} name */
function inputOf(name) {
  return byId(INPUTS[name], "input");
}
