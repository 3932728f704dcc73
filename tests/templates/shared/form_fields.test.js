/** Fields of forms: what a refusal says beside them, in which words, and until when. */
import "../page_in_node.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const { labelled, numberField, showProblems } = await import("../../../templates/static/shared/form_fields.js");


/** @type {HTMLFormElement} */
let form;

beforeEach(() => {
  form = document.createElement("form");
  document.body.replaceChildren(form);
});

/** @param {string} label @param {string} path */
function field(label, path) {
  const control = numberField("");
  form.append(labelled(label, control, { path }));
  return { control, said: () => control.closest(".field")?.querySelector(".field-problem")?.textContent };
}

test("a parameter is called as its field is, once: told again it is a word of the language", () => {
  const token = field("Token of your bot", "token");
  const upper = field("Upper price, USDT", "upper");
  field("Lower price", "lower");
  showProblems(form, { token: "token must be the token of a bot", upper: "upper must be greater than lower" });
  assert.equal(token.said(), "Token of your bot must be the token of a bot");
  assert.equal(upper.said(), "Upper price must be greater than lower price");
});

test("what was wrong is forgotten as soon as it is typed into, and nothing else is", () => {
  const [typed, other] = [field("Size", "size"), field("Price", "price")];
  showProblems(form, { size: "size is required", price: "price is required" });
  typed.control.dispatchEvent(new document.defaultView.Event("input"));
  assert.deepEqual([typed.said(), typed.control.getAttribute("aria-invalid")], ["", null]);
  assert.deepEqual([other.said(), other.control.getAttribute("aria-invalid")], ["Price is required", "true"]);
});

test("what belongs to no field is given back", () => {
  field("Size", "size");
  assert.deepEqual(showProblems(form, { size: "size is required", symbol: "Unknown symbol: X" }), ["Unknown symbol: X"]);
});
