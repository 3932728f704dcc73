import assert from "node:assert/strict";
import { test } from "node:test";
import { addPart } from "../../page_in_node.js";

addPart("ticket.html");

test("every field of the ticket has a name for a screen reader before the symbol's assets are known", () => {
  const fields = [...document.querySelectorAll("#ticket :is(input, select)")];
  const nameOf = ({ id, parentElement }) => (document.querySelector(`label[for="${id}"]`) ?? parentElement.closest("label"))?.textContent.trim();
  assert.ok(fields.length > 10);
  assert.deepEqual(fields.filter((field) => !nameOf(field)).map(({ name, value }) => `${name}=${value}`), []);
});
