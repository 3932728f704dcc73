import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import "../page_in_node.js";

const { bridgeRow } = await import("../../../templates/static/operations/bridge_table.js");

const TEMPLATE = new URL("../../../templates/operations/_bridges.html", import.meta.url);
const HEAD = /<th scope="col">([^<{]+)<\/th>/g;

test("where a bridge is a card its values are called as the heads of the table call them", () => {
  const heads = [...readFileSync(TEMPLATE, "utf8").matchAll(HEAD)].map(([, head]) => head);
  const cells = [...bridgeRow("Coinbase").element.querySelectorAll("td")];
  assert.deepEqual(cells.map((cell) => cell.getAttribute("data-label")), heads);
});
