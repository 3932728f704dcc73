import "../../page_in_node.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { until } from "../../../../clients/javascript/tests/waiting.js";
import { HeldServer } from "../../held_server.js";
import { settled, timerEnded } from "../../settled.js";

const { OwnLists } = await import("../../../../templates/static/dashboard/markets/own_lists.js");

const RETRY_AFTER = 20;
const LIST = { id: 1, name: "Favourites", symbols: ["BTCUSDT"] };

let server;
let lists;
let catches;
beforeEach(() => {
  catches = 0;
  server = new HeldServer();
  const told = { changed: () => undefined, refused: () => undefined, caughtUp: () => (catches += 1) };
  lists = new OwnLists(/** @type {any} */ ({ token: async () => "ann" }), told, { retryAfter: RETRY_AFTER });
});

test("lists that could not be read are read again, and are known once they have come", async () => {
  lists.follow(true);
  for (let failures = 0; failures < 2; failures += 1) {
    (await server.asked("GET ")).fail();
    assert.equal(lists.isLoaded, false);
  }
  (await server.asked("GET ")).answer({ items: [LIST] });
  await until(() => lists.isLoaded);
  await timerEnded(RETRY_AFTER);
  assert.deepEqual([lists.all, server.isAsked("GET "), catches], [[LIST], false, 1]);
  lists.catchUp();
  assert.equal(catches, 1);
  (await server.asked("GET ")).answer({ items: [LIST] });
  await until(() => catches === 2);
});

test("nothing is read again for somebody who has gone, and of who comes nothing is known yet", async () => {
  lists.follow(true);
  (await server.asked("GET ")).answer({ items: [LIST] });
  await until(() => lists.isLoaded);
  lists.follow(true); // somebody else
  assert.deepEqual([lists.isLoaded, lists.all], [false, []]);
  (await server.asked("GET ")).fail();
  await settled();
  lists.follow(false);
  await timerEnded(RETRY_AFTER);
  assert.equal(server.isAsked("GET "), false);
});

test("two first stars at once are of one list, and one before the lists are known is of what they have", async () => {
  lists.follow(true);
  lists.toggle("Favourites", "ETHUSDT"); // they aren't read yet
  (await server.asked("GET ")).answer({ items: [] }); // that of `follow`, which an older answer doesn't count for
  (await server.asked("GET ")).answer({ items: [] });
  const made = await server.asked("POST ");
  assert.deepEqual(made.body, { name: "Favourites", symbols: ["ETHUSDT"] });
  lists.toggle("Favourites", "SOLUSDT");
  made.answer({});
  (await server.asked("GET ")).answer({ items: [{ ...LIST, symbols: ["ETHUSDT"] }] });
  const changed = await server.asked("PATCH 1/");
  assert.deepEqual([changed.body, server.isAsked("POST ")], [{ add: ["SOLUSDT"] }, false]);
  lists.follow(false);
});
