import assert from "node:assert/strict";
import { test } from "node:test";
import "../../page_in_node.js";
import { settled } from "../../settled.js";

const { AccountForm } = await import("../../../../templates/static/shared/account/account_form.js");
const { SessionError } = await import("../../../../templates/static/shared/session/session_requests.js");

document.body.insertAdjacentHTML(
  "beforeend",
  `<form id="tried"><p class="form-problem"></p>
    <label for="tried-email">New email address</label><input id="tried-email" name="email" aria-describedby="tried-email-problem"><p id="tried-email-problem"></p>
    <label for="tried-password">Your password</label><input id="tried-password" name="password" type="password" aria-describedby="tried-password-problem"><p id="tried-password-problem"></p>
    <button>Send</button></form>`,
);
const form = document.getElementById("tried");
const view = document.defaultView;
globalThis.FormData = view.FormData;
const problems = () => ["email", "password"].map((name) => document.getElementById(`tried-${name}-problem`).textContent);
let refused;
const tried = new AccountForm(form, async () => {
  throw new SessionError("Refused", { fields: refused });
});

/** Send what is typed, of which these fields are refused. */
async function send(fields) {
  refused = fields;
  form.dispatchEvent(new view.Event("submit"));
  await settled();
}

test("what is wrong is told beside each field, called as the form calls it", async () => {
  await send({ email: "email is required", password: "password is required" });
  assert.deepEqual(problems(), ["New email address is required", "Your password is required"]);
  assert.equal(document.activeElement.id, "tried-email");
});

test("a name that the sentence doesn't begin with is a word as others are", async () => {
  await send({ password: "this is not your password" });
  assert.deepEqual(problems(), ["", "This is not your password"]);
});

test("what was wrong says nothing of what is typed since, nor of a form that is empty again", async () => {
  await send({ email: "email is required", password: "password is required" });
  document.getElementById("tried-password").dispatchEvent(new view.Event("input"));
  assert.deepEqual(problems(), ["New email address is required", ""]);
  tried.clear();
  assert.deepEqual([problems(), form.querySelector("[aria-invalid]")], [["", ""], null]);
});
