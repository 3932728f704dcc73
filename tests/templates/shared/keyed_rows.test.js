import assert from "node:assert/strict";
import { test } from "node:test";
import { Window } from "happy-dom";
import { KeyedRows } from "../../../templates/static/shared/keyed_rows.js";

function table() {
  const { document } = new Window();
  const parent = document.createElement("tbody");
  const make = () => {
    const element = document.createElement("tr");
    return { element, show: ({ text }) => (element.textContent = text) };
  };
  const rows = new KeyedRows(parent, ({ key }) => key, make);
  const show = (...keys) => rows.show(keys.map((key) => ({ key, text: `${key} now` })));
  return { parent, show, texts: () => [...parent.children].map(({ textContent }) => textContent) };
}

test("it stands in the order of the items, whatever stood there before", () => {
  const { show, texts } = table();
  for (const keys of [["a", "b", "c"], ["c", "a", "b"], ["b", "d", "c", "a"], ["d"], [], ["x", "d"]]) {
    show(...keys);
    assert.deepEqual(texts(), keys.map((key) => `${key} now`));
  }
});

test("it keeps the row of whoever stays, so that nothing flickers", () => {
  const { parent, show } = table();
  show("a", "b");
  const [first, second] = parent.children;
  show("b", "c", "a");
  assert.equal(parent.children[0], second);
  assert.equal(parent.children[2], first);
});

test("it moves nothing where nothing has moved", () => {
  const { parent, show } = table();
  show("a", "b", "c");
  let moves = 0;
  const insertBefore = parent.insertBefore.bind(parent);
  parent.insertBefore = (...given) => ((moves += 1), insertBefore(...given));
  show("a", "b", "c");
  show("a", "c");
  assert.equal(moves, 0);
});
