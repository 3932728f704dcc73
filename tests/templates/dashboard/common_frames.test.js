import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { nextFrame } from "../page_in_node.js";
import { surfacing } from "../surfacing.js";

const { REST_MS, inCommonFrame } = await import("../../../templates/static/dashboard/common_frames.js");

mock.timers.enable({ apis: ["setTimeout"] });

const told = [];
const part = (name) => inCommonFrame({ prepare: () => told.push(`${name} prepares`), paint: () => told.push(`${name} paints`) });
const [one, other] = [part("one"), part("other")];

/** @returns {string[]} what the next frame of the browser brings */
function frame() {
  told.length = 0;
  nextFrame();
  return [...told];
}

test("all that is due is prepared in one frame and painted in the next, each once", () => {
  for (let calls = 0; calls < 10; calls += 1) {
    one();
    other();
  }
  assert.deepEqual(frame(), ["one prepares", "other prepares"]);
  assert.deepEqual(frame(), ["one paints", "other paints"]);
  assert.deepEqual(frame(), []);
});

test("what comes meanwhile waits until the rest is over, and is painted together", () => {
  one();
  assert.deepEqual(frame(), []);
  mock.timers.tick(REST_MS - 1);
  other();
  assert.deepEqual(frame(), []);
  mock.timers.tick(1);
  assert.deepEqual([frame(), frame()], [["one prepares", "other prepares"], ["one paints", "other paints"]]);
  mock.timers.tick(REST_MS);
  assert.deepEqual(frame(), []);
});

test("what comes between the two frames is painted by the next ones", () => {
  one();
  assert.deepEqual(frame(), ["one prepares"]);
  one();
  assert.deepEqual(frame(), ["one paints"]);
  mock.timers.tick(REST_MS);
  assert.deepEqual([frame(), frame()], [["one prepares"], ["one paints"]]);
});

for (const place of ["prepare", "paint"]) {
  test(`a part that fails as it is to ${place} lets its error surface, and takes no frame from the others`, async () => {
    const fail = () => {
      throw new Error(`of ${place}`);
    };
    const failing = inCommonFrame({ paint: () => undefined, [place]: fail });
    mock.timers.tick(REST_MS);
    const seen = [];
    const message = await surfacing(() => {
      failing();
      other();
      seen.push(frame(), frame());
    });
    assert.deepEqual([message, seen], [`of ${place}`, [["other prepares"], ["other paints"]]]);
    mock.timers.tick(REST_MS);
    one();
    assert.deepEqual([frame(), frame()], [["one prepares"], ["one paints"]]);
  });
}
