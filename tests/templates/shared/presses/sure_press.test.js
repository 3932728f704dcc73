import assert from "node:assert/strict";
import { test } from "node:test";
import "../../page_in_node.js";

const { SurePress } = await import("../../../../templates/static/shared/presses/sure_press.js");

/** A button, its presses, and how often it has acted. */
function shown({ act = () => undefined } = {}) {
  const button = document.createElement("button");
  let acted = 0;
  const sure = new SurePress(button, "Delete", () => {
    acted += 1;
    return act();
  });
  sure.name("Mine");
  const { KeyboardEvent, MouseEvent } = document.defaultView;
  const press = (detail) => button.dispatchEvent(new MouseEvent("click", { detail }));
  const key = (init) => button.dispatchEvent(new KeyboardEvent("keydown", { cancelable: true, ...init })) && press(0); // as browsers do
  return { button, press, key, sure, acted: () => acted };
}

test("it asks at the first press and acts at the second, by pointer and by keyboard", () => {
  for (const detail of [1, 0]) {
    const { button, press, acted } = shown();
    const seen = () => [button.textContent, button.getAttribute("aria-label"), acted()];
    press(detail);
    assert.deepEqual(seen(), ["Sure?", "Sure? Press again to delete Mine", 0]);
    press(detail);
    assert.deepEqual(seen(), ["Delete", "Delete Mine", 1]);
  }
});

test("it takes no click of a double or triple click as an answer, and goes on asking", () => {
  const { button, press, acted } = shown();
  for (const detail of [1, 2, 3]) press(detail);
  assert.deepEqual([button.textContent, acted()], ["Sure?", 0]);
  press(1);
  assert.equal(acted(), 1);
});

test("it takes no press while what it has begun is under way", async () => {
  let resolve;
  const promise = new Promise((done) => (resolve = done));
  const { button, press, acted } = shown({ act: () => promise });
  for (let count = 0; count < 4; count += 1) press(1);
  assert.deepEqual([button.textContent, acted()], ["Delete", 1]);
  resolve();
  await promise;
  await undefined; // what waits for it goes on first
  press(1);
  press(1);
  assert.equal(acted(), 2);
});

test("what is under way of one holds back presses for it alone, also once it stands for it again", async () => {
  let resolve;
  const promise = new Promise((done) => (resolve = done));
  const { press, sure, acted } = shown({ act: () => promise });
  const pressFor = (subject) => {
    sure.reset(subject);
    press(1);
    press(1);
    return acted();
  };
  assert.deepEqual(["one", "other", "one"].map(pressFor), [1, 2, 2]);
  resolve();
  await promise;
  await undefined; // what waits for it goes on first
  assert.equal(pressFor("one"), 3);
});

test("Enter that is held from the first press on is no second one", () => {
  const { button, key, acted } = shown();
  key({ key: "Enter" });
  for (let count = 0; count < 3; count += 1) key({ key: "Enter", repeat: true });
  assert.deepEqual([button.textContent, acted()], ["Sure?", 0]);
  key({ key: "Enter" });
  assert.equal(acted(), 1);
});

test("it asks anew once what it stands for is another", () => {
  const { button, press, sure, acted } = shown();
  press(1);
  sure.reset("another");
  assert.deepEqual([button.textContent, button.getAttribute("aria-label")], ["Delete", "Delete Mine"]);
  press(1);
  assert.deepEqual([button.textContent, acted()], ["Sure?", 0]);
});
