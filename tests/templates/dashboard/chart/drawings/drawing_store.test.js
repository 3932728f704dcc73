import "../../../page_in_node.js";
import { HeldServer } from "../../../held_server.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { PageMemory } from "../../../../../templates/static/shared/session/session_store.js";
import { newDrawing } from "../../../../../templates/static/dashboard/chart/drawings/drawing_values.js";
import { settled, timerEnded } from "../../../settled.js";

const server = new HeldServer();
const { DrawingStore } = await import("../../../../../templates/static/dashboard/chart/drawings/drawing_store.js");
const { KeptDrawings } = await import("../../../../../templates/static/dashboard/chart/drawings/kept_drawings.js");

const [ONE, OTHER, THIRD] = ["1", "2", "3"].map((price) => newDrawing("horizontal", [{ time: 5, price }]));
const RETRY_AFTER = 20;
const ids = (drawings) => drawings.map(({ id }) => id);

let store;
let kept;
let refusals;
let delays;
beforeEach(() => {
  refusals = [];
  kept = new KeptDrawings(new PageMemory());
  const access = { token: async () => "ann" };
  delays = [];
  const delay = { delayed: () => delays.push("delayed"), allSaved: () => delays.push("saved") };
  const told = { changed: () => undefined, refused: (message) => refusals.push(message), ...delay };
  store = new DrawingStore(/** @type {any} */ (access), kept, told, { retryAfter: RETRY_AFTER });
});

/** Whether who leaves the page is asked first. */
function asksBeforeLeaving() {
  const view = document.defaultView;
  return !view.dispatchEvent(new view.Event("beforeunload", { cancelable: true }));
}

/** As who is signed in, on a market that has drawings. */
async function signedIn(...drawings) {
  store.follow(true);
  store.choose("BTCUSDT");
  (await server.asked("GET BTCUSDT/")).answer({ symbol: "BTCUSDT", drawings });
  await settled();
}

test("of who isn't signed in, this browser keeps what is drawn, by market, and asks no server", async () => {
  store.choose("BTCUSDT");
  store.change({ put: [ONE] });
  store.choose("ETHUSDT");
  assert.deepEqual([store.all, kept.of("BTCUSDT"), store.toMove], [[], [ONE], 0]);
  store.choose("BTCUSDT");
  store.change({ remove: [ONE.id] });
  assert.deepEqual([store.all, kept.count, server.isAsked("PATCH BTCUSDT/")], [[], 0, false]);
});

test("what changes shows at once, is told by ids, and then is as the server has it", async () => {
  await signedIn(ONE);
  store.change({ put: [OTHER], remove: [ONE.id] });
  assert.deepEqual(ids(store.all), [OTHER.id]);
  const asked = await server.asked("PATCH BTCUSDT/");
  assert.deepEqual([ids(asked.body.put), asked.body.remove, "rule" in asked.body.put[0]], [[OTHER.id], [ONE.id], false]);
  asked.answer({ symbol: "BTCUSDT", drawings: [OTHER, THIRD] }); // of which another tab has made one
  await settled();
  assert.deepEqual(ids(store.all), [OTHER.id, THIRD.id]);
});

test("changes go out one after the other, and the answer to the last of them shows", async () => {
  await signedIn();
  store.change({ put: [ONE] });
  store.change({ put: [OTHER] });
  const first = await server.asked("PATCH BTCUSDT/");
  assert.equal(server.isAsked("PATCH BTCUSDT/"), false);
  first.answer({ symbol: "BTCUSDT", drawings: [ONE] });
  const second = await server.asked("PATCH BTCUSDT/");
  assert.deepEqual(ids(store.all), [ONE.id, OTHER.id]);
  second.answer({ symbol: "BTCUSDT", drawings: [ONE, OTHER] });
  await settled();
  assert.deepEqual(ids(store.all), [ONE.id, OTHER.id]);
});

test("what the server refuses is told, and is as the server has it", async () => {
  await signedIn(ONE);
  store.change({ put: [OTHER] });
  (await server.asked("PATCH BTCUSDT/")).answer({ error: { code: "CONFLICT", message: "A symbol has at most 200 drawings" } }, 409);
  (await server.asked("GET BTCUSDT/")).answer({ symbol: "BTCUSDT", drawings: [ONE] });
  await settled();
  assert.deepEqual([ids(store.all), refusals], [[ONE.id], ["A symbol has at most 200 drawings"]]);
});

test("what the server refuses is taken away at once, also where what it has can't be read then", async () => {
  await signedIn(ONE);
  store.change({ put: [OTHER] });
  (await server.asked("PATCH BTCUSDT/")).answer({ error: { code: "CONFLICT", message: "Too many" } }, 409);
  const read = await server.asked("GET BTCUSDT/");
  assert.deepEqual([ids(store.all), refusals], [[ONE.id], ["Too many"]]);
  read.answer({ symbol: "BTCUSDT", drawings: [ONE] });
  await settled();
});

test("what is drawn while the server can't be reached stays, and is sent again until it is taken", async () => {
  await signedIn(ONE);
  store.change({ put: [OTHER] });
  const { body } = await server.asked("PATCH BTCUSDT/").then((asked) => (asked.fail(), asked));
  (await server.asked("PATCH BTCUSDT/")).answer({ error: { code: "UNAVAILABLE", message: "Not now" } }, 503);
  store.choose("BTCUSDT"); // which is read anew
  (await server.asked("GET BTCUSDT/")).answer({ symbol: "BTCUSDT", drawings: [ONE, THIRD] });
  await settled();
  assert.deepEqual([ids(store.all), delays], [[ONE.id, THIRD.id, OTHER.id], ["delayed"]]);
  assert.ok(asksBeforeLeaving());
  const again = await server.asked("PATCH BTCUSDT/");
  assert.deepEqual(again.body, body);
  again.answer({ symbol: "BTCUSDT", drawings: [ONE, THIRD, OTHER] });
  await settled();
  assert.deepEqual([ids(store.all), delays, refusals], [[ONE.id, THIRD.id, OTHER.id], ["delayed", "saved"], []]);
  assert.ok(!asksBeforeLeaving());
});

test("what waits for the server is there when the reader comes back to its market, and what changes then goes out behind it", async () => {
  await signedIn();
  store.change({ put: [ONE] });
  (await server.asked("PATCH BTCUSDT/")).fail();
  await settled();
  store.choose("ETHUSDT");
  assert.deepEqual(store.all, []);
  store.choose("BTCUSDT");
  store.change({ remove: [ONE.id] });
  assert.deepEqual(store.all, []);
  (await server.asked("PATCH BTCUSDT/")).answer({ symbol: "BTCUSDT", drawings: [ONE] });
  const removed = await server.asked("PATCH BTCUSDT/");
  assert.deepEqual([removed.body.remove, store.all], [[ONE.id], []]);
  removed.answer({ symbol: "BTCUSDT", drawings: [] });
  await settled();
  for (const symbol of ["ETHUSDT", "BTCUSDT"]) (await server.asked(`GET ${symbol}/`)).answer({ symbol, drawings: [THIRD] });
  await settled();
  assert.deepEqual(store.all, []); // they are older than what was answered to the change
});

test("nothing that waits for the server is sent as somebody else", async () => {
  await signedIn();
  store.change({ put: [ONE] });
  (await server.asked("PATCH BTCUSDT/")).fail();
  await settled();
  store.follow(true);
  (await server.asked("GET BTCUSDT/")).answer({ symbol: "BTCUSDT", drawings: [] });
  await timerEnded(RETRY_AFTER);
  assert.deepEqual([store.all, server.isAsked("PATCH BTCUSDT/")], [[], false]);
});

test("an answer about the market before counts no more, and nothing of one user is told as another", async () => {
  await signedIn(ONE);
  store.change({ put: [OTHER] });
  store.change({ put: [THIRD] }); // waits for its turn
  const late = await server.asked("PATCH BTCUSDT/");
  store.choose("ETHUSDT");
  const theirs = await server.asked("GET ETHUSDT/");
  store.follow(true); // somebody else
  late.answer({ symbol: "BTCUSDT", drawings: [ONE, OTHER] });
  theirs.answer({ symbol: "ETHUSDT", drawings: [ONE] });
  (await server.asked("GET ETHUSDT/")).answer({ symbol: "ETHUSDT", drawings: [] });
  await settled();
  assert.deepEqual([store.all, server.isAsked("PATCH BTCUSDT/")], [[], false]);
});

test("what this browser has kept becomes the user's, and what is refused stays", async () => {
  kept.keep("BTCUSDT", [ONE]);
  kept.keep("ETHUSDT", [OTHER]);
  await signedIn();
  assert.equal(store.toMove, 2);
  const moved = store.move();
  (await server.asked("PATCH BTCUSDT/")).answer({ symbol: "BTCUSDT", drawings: [ONE] });
  (await server.asked("PATCH ETHUSDT/")).answer({ error: { code: "CONFLICT", message: "Too many" } }, 409);
  await moved;
  (await server.asked("GET BTCUSDT/")).answer({ symbol: "BTCUSDT", drawings: [ONE] });
  await settled();
  assert.deepEqual([ids(store.all), [...kept.all.keys()], refusals], [[ONE.id], ["ETHUSDT"], ["Too many"]]);
});

test("what could not be read is read again, until it is there", async () => {
  store.follow(true);
  store.choose("BTCUSDT");
  for (let failures = 0; failures < 2; failures += 1) (await server.asked("GET BTCUSDT/")).fail();
  (await server.asked("GET BTCUSDT/")).answer({ symbol: "BTCUSDT", drawings: [ONE] });
  await timerEnded(RETRY_AFTER);
  assert.deepEqual([ids(store.all), server.isAsked("GET BTCUSDT/")], [[ONE.id], false]);
});

test("what could not be read of another market, or for somebody who has gone, isn't read again", async () => {
  store.follow(true);
  store.choose("BTCUSDT");
  (await server.asked("GET BTCUSDT/")).fail();
  await settled();
  store.choose("ETHUSDT");
  (await server.asked("GET ETHUSDT/")).fail();
  await settled();
  store.follow(false);
  await timerEnded(RETRY_AFTER);
  assert.deepEqual(["GET BTCUSDT/", "GET ETHUSDT/"].map((name) => server.isAsked(name)), [false, false]);
});
