import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Window } from "happy-dom";
import { MOST_ENDED, SteadyRows, keptInPlace } from "../../../templates/static/shared/steady_rows.js";

const keyOf = ({ key }) => key;
const items = (...keys) => keys.map((key) => ({ key }));

let window;
let body;
let rows;
let writes;

beforeEach(() => {
  window = new Window();
  body = window.document.createElement("tbody");
  window.document.body.append(body);
  writes = [];
  rows = new SteadyRows(body, keyOf, () => {
    const element = window.document.createElement("tr");
    const show = ({ key }, hasEnded) => {
      writes.push(key);
      element.textContent = hasEnded ? `${key} ended` : key;
    };
    return { element, show };
  });
});

const texts = () => [...body.children].map(({ textContent }) => textContent);
const point = (type) => body.dispatchEvent(new window.Event(type));

test("only rows whose item is another one are written to, unless all are to be", () => {
  const [one, other] = items("a", "b");
  rows.show([one, other]);
  rows.show([one, { key: "b" }]);
  rows.show([one, other], { all: true });
  assert.deepEqual(writes, ["a", "b", "b", "a", "b"]);
});

test("under the pointer nothing moves: what ends stays, marked, and what comes stands below, until the pointer leaves", () => {
  const [a, b, c] = items("a", "b", "c");
  rows.show([a, b]);
  point("pointerenter");
  rows.show([c, b]);
  assert.deepEqual(texts(), ["a ended", "b", "c"]);
  point("pointerleave");
  assert.deepEqual(texts(), ["c", "b"]);
});

test("whose rows they aren't any more sees them no longer, wherever the pointer is", () => {
  rows.show(items("a"));
  point("pointerenter");
  rows.clear();
  assert.deepEqual(texts(), []);
});

test("it gives up keeping places once more than so many have ended", () => {
  const before = Array.from({ length: MOST_ENDED + 1 }, (_, number) => ({ key: String(number) }));
  assert.equal(keptInPlace(before.slice(1), items("x"), keyOf).length, MOST_ENDED + 1);
  assert.deepEqual(keptInPlace(before, items("x"), keyOf), items("x"));
});
