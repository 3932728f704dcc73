import "../page_in_node.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { listed, withBlock } from "../../../templates/static/wallets/blocks/block_list.js";
import { BlockRows } from "../../../templates/static/wallets/blocks/block_rows.js";
import { block } from "./fixtures.js";

const parent = document.createElement("ul");
const rows = new BlockRows(parent);
const numbers = () => [...parent.children].map(({ firstElementChild }) => firstElementChild?.textContent);

test("a block that comes is written into the row that is there: no row moves", () => {
  const before = listed([block(119), block(118)]);
  rows.show(before);
  const standing = [...parent.children];
  rows.show(withBlock(before, block(120)));
  assert.deepEqual([numbers(), [...parent.children].slice(0, 2)], [["120", "119", "118"], standing]);
});

test("a block that is taken back is said to be, wherever it stands", () => {
  rows.show(withBlock(listed([block(119), block(118)]), block(119, "0xother")));
  const told = [...parent.children].map((row) => [row.getAttribute("title"), row.classList.contains("retracted"), row.textContent.includes("Taken back")]);
  assert.deepEqual(told, [["0xother", false, false], ["0x119", true, true], ["0x118", false, false]]);
  rows.show(listed([block(121), block(120)]));
  assert.ok(!parent.textContent.includes("Taken back") && !parent.querySelector(".retracted"));
});
