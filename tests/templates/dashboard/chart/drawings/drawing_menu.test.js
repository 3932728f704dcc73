import "../../../page_in_node.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { newDrawing } from "../../../../../templates/static/dashboard/chart/drawings/drawing_values.js";

const { DrawingMenu } = await import("../../../../../templates/static/dashboard/chart/drawings/drawing_menu.js");

const [ONE, OTHER, THIRD] = ["1", "2", "3"].map((price) => newDrawing("horizontal", [{ time: 5, price }]));
const nameOf = ({ points: [{ price }] }) => `Line at ${price}`;
const menu = new DrawingMenu(/** @type {any} */ ({}));
const show = (...drawings) => menu.show({ drawings, nameOf, mayUndo: false });
const labelOf = (button) => button.getAttribute("aria-label") ?? button.textContent.trim();
const focused = () => labelOf(document.activeElement);
const focus = (label) => [...document.querySelectorAll("#drawing-list button")].find((button) => labelOf(button) === label).focus();

beforeEach(() => show(ONE, OTHER, THIRD));

test("after a deletion the focus goes to the drawing that stands there now, and stays when the server has answered", () => {
  focus("Delete Line at 2");
  show(ONE, THIRD);
  assert.equal(focused(), "Line at 3");
  show(ONE, THIRD); // as the server has them
  assert.equal(focused(), "Line at 3");
});

test("the focus stays on the same button of the same drawing, wherever that stands", () => {
  focus("Delete Line at 3");
  show(THIRD, ONE, OTHER);
  assert.equal(focused(), "Delete Line at 3");
});

test("after the deletion of the last of the list the focus goes to what closes it", () => {
  focus("Delete Line at 3");
  show(ONE, OTHER);
  assert.equal(document.activeElement.id, "drawing-close");
});
