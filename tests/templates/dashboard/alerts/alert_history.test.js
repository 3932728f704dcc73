import assert from "node:assert/strict";
import { test } from "node:test";
import "../../page_in_node.js";
import { settled } from "../../settled.js";
import { AWAY, aRetryLater, answering } from "../../unread.js";

const { AlertHistory } = await import("../../../../templates/static/dashboard/alerts/alert_history.js");

/** The history of a rule that has fired so often, the newest at the greatest value, as the server would list it. */
function historyOf(fired) {
  const read = async (limit) => ({ items: fired.slice(0, limit), total: fired.length });
  const history = new AlertHistory(/** @type {any} */ (read), ({ value }) => String(value));
  document.body.append(history.node);
  const older = history.node.querySelector("button");
  const seen = () => ({
    values: [...history.node.querySelectorAll("li span")].map((node) => Number(node.textContent)),
    note: history.node.querySelector("p").textContent,
    isMore: !older.hidden,
  });
  return { history, older, seen };
}

const firings = (count) => Array.from({ length: count }, (_, place) => ({ value: count - place, fired_at: "2026-11-25T23:12:05Z" }));
const valuesFrom = (newest, count) => Array.from({ length: count }, (_, place) => newest - place);

test("it shows the newest ten, and by a button older ones until there are no more, where the focus stays", async () => {
  const { history, older, seen } = historyOf(firings(65));
  await history.toggle(65);
  assert.deepEqual(seen(), { values: valuesFrom(65, 10), note: "55 older firings besides", isMore: true });
  older.focus();
  older.click();
  await settled();
  assert.deepEqual(seen(), { values: valuesFrom(65, 60), note: "5 older firings besides", isMore: true });
  older.click();
  await settled();
  assert.deepEqual(seen(), { values: valuesFrom(65, 65), note: "", isMore: false });
  assert.equal(document.activeElement, history.node.querySelector("ol"));
});

test("it goes on showing the older ones as the rule fires, and begins with ten where it is opened again", async () => {
  const kept = firings(12);
  const { history, older, seen } = historyOf(kept);
  await history.toggle(12);
  older.click();
  await settled();
  kept.unshift({ value: 13, fired_at: "2026-11-25T23:13:05Z" });
  await history.follow(13);
  assert.deepEqual(seen(), { values: valuesFrom(13, 13), note: "", isMore: false });
  await history.toggle(13);
  await history.toggle(13);
  assert.deepEqual(seen(), { values: valuesFrom(13, 10), note: "3 older firings besides", isMore: true });
});

test("it shows all that are kept, more at a time once it shows many, and says that it loads them", async () => {
  const { history, older, seen } = historyOf(firings(1_100));
  const opened = history.toggle(1_100);
  assert.equal(seen().note, "Loading its firings…");
  await opened;
  for (let presses = 0; presses < 10; presses += 1) {
    older.click();
    assert.equal(seen().note, "Loading older firings…");
    await settled();
  }
  assert.deepEqual(seen(), { values: valuesFrom(1_100, 510), note: "590 older firings besides", isMore: true });
  older.click();
  await settled();
  assert.deepEqual(seen(), { values: valuesFrom(1_100, 1_010), note: "90 older firings besides", isMore: true });
  older.click();
  await settled();
  assert.deepEqual(seen(), { values: valuesFrom(1_100, 1_100), note: "", isMore: false });
});

test("it shows what is read of a rule that fires more often than it can be read", async () => {
  const owed = [];
  const read = () => new Promise((answer) => owed.push(answer));
  const history = new AlertHistory(/** @type {any} */ (read), ({ value }) => String(value));
  document.body.append(history.node);
  history.toggle(1);
  history.follow(2);
  history.follow(3);
  owed[0]({ items: firings(1), total: 1 });
  await settled();
  assert.deepEqual([history.node.querySelectorAll("li").length, owed.length], [1, 2]);
  owed[1]({ items: firings(3), total: 3 });
  await settled();
  assert.deepEqual([history.node.querySelectorAll("li").length, owed.length], [3, 2]);
});

test("a firing that comes is said alone: rows that stand there already stay, also those that are alike", async () => {
  const kept = firings(2);
  kept.push(kept[1]);
  const { history, seen } = historyOf(kept);
  const rows = () => [...history.node.querySelectorAll("li")];
  await history.toggle(3);
  const before = rows();
  kept.unshift({ ...kept[0], value: 3 });
  await history.follow(4);
  assert.deepEqual(seen().values, [3, 2, 1, 1]);
  assert.deepEqual(rows().slice(1).map((row, place) => row === before[place]), [true, true, true]);
  assert.equal(history.node.getAttribute("aria-atomic"), "false");
});

test("what couldn't be read is read a while later, as long as it is open and its rule is listed", async () => {
  const read = answering(AWAY, { items: firings(1), total: 1 }, AWAY, AWAY, AWAY);
  const history = new AlertHistory(/** @type {any} */ (read), ({ value }) => String(value));
  document.body.append(history.node);
  await history.toggle(1);
  assert.equal(history.node.querySelector("p").textContent, "The server can't be reached.");
  await aRetryLater();
  assert.deepEqual([history.node.querySelectorAll("li").length, read.left.length], [1, 3]);
  await history.follow(2);
  await history.toggle(2);
  await aRetryLater();
  assert.equal(read.left.length, 2, "nor once it is closed");
  await history.toggle(2);
  history.node.remove();
  await aRetryLater();
  assert.equal(read.left.length, 1, "nor once its rule isn't listed");
});
