import assert from "node:assert/strict";
import { test } from "node:test";
import "../page_in_node.js";
import { byId, partOf } from "../../../templates/static/shared/elements.js";

test("it gives the element that the template has", () => {
  assert.equal(byId("symbol-search", "input").id, "symbol-search");
  assert.equal(partOf(byId("indicator-menu"), "summary").localName, "summary");
});

test("it names what is missing, or is another element than is asked for", () => {
  assert.throws(() => byId("nothing"), { name: "TypeError", message: "The page has no element #nothing" });
  assert.throws(() => byId("symbol-search", "select"), { message: "The page has no <select> #symbol-search" });
  assert.throws(() => partOf(byId("indicator-menu"), ".nothing"), { message: "The page has no element .nothing" });
});
