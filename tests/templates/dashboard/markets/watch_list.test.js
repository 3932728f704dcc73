import "../../page_in_node.js";
import assert from "node:assert/strict";
import { before, mock, test } from "node:test";
import { HeldServer, giveToken, signIn } from "../../held_server.js";
import { Session } from "../../../../templates/static/shared/session/session.js";
import { PageMemory, SessionStore } from "../../../../templates/static/shared/session/session_store.js";
import { settled } from "../../settled.js";

mock.timers.enable({ apis: ["setInterval"] });
globalThis.IntersectionObserver = document.defaultView.IntersectionObserver;
const server = new HeldServer();
const { WatchList } = await import("../../../../templates/static/dashboard/markets/watch_list.js");

const handlers = new Map();
const told = (type, handler) => handlers.set(type, handler);
const client = /** @type {any} */ ({ channels: [], on: told, onMessage: told, subscribe: () => undefined, unsubscribe: () => undefined });
const session = new Session({ store: new SessionStore(new PageMemory()) });
const list = new WatchList(client, session, /** @type {any} */ (null));
const byId = (id) => document.getElementById(id);
const rowOf = (symbol) => document.querySelector(`[data-symbol=${symbol}]`);
const listed = () => [...byId("watch-list-rows").children].map((row) => row.getAttribute("data-symbol"));
const isStarred = (symbol) => rowOf(symbol).querySelector(".star").ariaPressed === "true";
const favourites = (...symbols) => ({ items: symbols.length ? [{ id: 1, name: "Favourites", symbols }] : [] });

function choose(list) {
  byId("watch-list-choice").value = list;
  byId("watch-list-choice").dispatchEvent(new document.defaultView.Event("change"));
}

/** Press the star as its reader does, by the keyboard. */
function star(symbol) {
  rowOf(symbol).querySelector(".star").focus();
  rowOf(symbol).querySelector(".star").click();
}

/** @param {string} request that changes the list @param {string[]} symbols which the server has then */
async function answered(request, ...symbols) {
  (await server.asked(request)).answer(favourites(...symbols).items[0] ?? {});
  (await server.asked("GET ")).answer(favourites(...symbols));
  await settled();
}

function tell(symbol, price) {
  handlers.get("price")({ data: { symbol, price, changePercent24h: 1, volume24h: 1 } });
}

before(async () => {
  byId("overview").hidden = false;
  list.show(/** @type {any} */ (["ETH", "SOL", "BTC"].map((base) => ({ symbol: `${base}USDT`, base, quote: "USDT", tickSize: 0.01 }))));
  assert.deepEqual(listed(), []); // in this order they would move
  const told = ["BTCUSDT", "ETHUSDT", "SOLUSDT"].map((symbol) => ({ symbol, price: 1, changePercent24h: 1, volume24h: 1 }));
  handlers.get("overview")({ data: { symbols: told, volumes: ["BTCUSDT"] } });
  assert.deepEqual(listed(), ["BTCUSDT", "ETHUSDT", "SOLUSDT"]);
  await signIn(server, session, "ann");
  await giveToken(server, "ann");
  (await server.asked("GET ")).answer(favourites());
  await settled();
});

test("a star that is pressed keeps the focus, and rows stay where they are while values give another order", async () => {
  ["BTCUSDT", "ETHUSDT", "SOLUSDT"].forEach((symbol, index) => tell(symbol, 30 - index));
  document.querySelector("#watch-list-heads [value=price]").click();
  assert.deepEqual(listed(), ["BTCUSDT", "ETHUSDT", "SOLUSDT"]);
  tell("SOLUSDT", 99);
  star("ETHUSDT");
  await answered("POST ", "ETHUSDT");
  assert.deepEqual([isStarred("ETHUSDT"), isStarred("SOLUSDT"), listed()], [true, false, ["BTCUSDT", "ETHUSDT", "SOLUSDT"]]);
  assert.equal(document.activeElement, rowOf("ETHUSDT").querySelector(".star"));
});

test("a row that a list loses by its star leaves the focus to the row in its place, and the others where they are", async () => {
  star("SOLUSDT");
  await answered("PATCH 1/", "ETHUSDT", "SOLUSDT");
  document.activeElement.blur();
  choose("Favourites");
  assert.deepEqual(listed(), ["SOLUSDT", "ETHUSDT"]);
  tell("ETHUSDT", 200);
  star("SOLUSDT");
  assert.deepEqual(listed(), ["ETHUSDT"]);
  assert.equal(document.activeElement, rowOf("ETHUSDT").querySelector("a"));
  await answered("PATCH 1/", "ETHUSDT");
  assert.equal(document.activeElement, rowOf("ETHUSDT").querySelector("a"));
  star("ETHUSDT");
  await answered("PATCH 1/");
  assert.deepEqual([listed(), document.activeElement.id], [[], "watch-list-choice"]);
});

test("a refusal of what a star has asked can be read until a star is pressed again", async () => {
  choose("");
  star("SOLUSDT");
  (await server.asked("POST ")).answer({ error: { code: "CONFLICT", message: "You have too many lists" } }, 409);
  (await server.asked("GET ")).answer(favourites());
  await settled();
  assert.equal(byId("watch-list-note").textContent, "You have too many lists.");
  star("SOLUSDT");
  assert.equal(byId("watch-list-note").textContent, "");
  await answered("POST ", "SOLUSDT");
});

test("a refusal of what a star has asked can be read though the list of one's own is listed anew", async () => {
  choose("Favourites");
  const note = () => byId("watch-list-note").textContent;
  star("SOLUSDT");
  (await server.asked("PATCH 1/")).answer({ error: { code: "CONFLICT", message: "A list has at most 200 symbols" } }, 409);
  (await server.asked("GET ")).answer(favourites("SOLUSDT"));
  await settled();
  assert.deepEqual([listed(), note()], [["SOLUSDT"], "A list has at most 200 symbols."]);
  choose("");
  assert.equal(note(), "");
});

test("that the server couldn't be reached is said until the lists are read once it can be", async () => {
  const note = () => byId("watch-list-note").textContent;
  star("SOLUSDT");
  (await server.asked("PATCH 1/")).fail();
  (await server.asked("GET ")).answer(favourites("SOLUSDT"));
  await settled();
  assert.equal(note(), "The server can't be reached, so it may have been done or not."); // how it ended is to be seen, not why
  handlers.get("connected")();
  (await server.asked("GET ")).fail();
  await settled();
  assert.notEqual(note(), "");
  document.dispatchEvent(new document.defaultView.Event("visibilitychange"));
  (await server.asked("GET ")).answer(favourites());
  await settled();
  assert.deepEqual([note(), isStarred("SOLUSDT")], ["", false]);
  handlers.get("connected")();
  await settled();
  assert.equal(server.isAsked("GET "), false);
});

test("a list is said to be loading until it is known, also where the first read of it failed", async () => {
  choose("Favourites");
  session.signOut().catch(() => undefined);
  await server.asked("POST token/refresh/"); // nobody answers it
  await signIn(server, session, "bob");
  await giveToken(server, "bob");
  const note = () => byId("watch-list-note").textContent;
  assert.equal(note(), "Loading this list…");
  (await server.asked("GET ")).fail();
  await settled();
  assert.equal(note(), "Loading this list…");
  document.dispatchEvent(new document.defaultView.Event("visibilitychange"));
  (await server.asked("GET ")).answer(favourites());
  await settled();
  assert.equal(note(), "Nothing in this list yet: search a market, and press its star.");
});

test("a list of one's own that was shown is awaited rather than all markets, which are shown where there is none of that name", async () => {
  document.dispatchEvent(new document.defaultView.Event("visibilitychange"));
  (await server.asked("GET ")).answer({ items: [{ id: 2, name: "Majors", symbols: ["BTCUSDT"] }] });
  await settled();
  choose("Majors");
  assert.deepEqual(listed(), ["BTCUSDT"]);
  session.signOut().catch(() => undefined);
  await server.asked("POST token/refresh/"); // nobody answers it
  assert.deepEqual([listed().length, byId("watch-list-choice").value], [3, ""]);
  await signIn(server, session, "cleo");
  await giveToken(server, "cleo");
  const shown = () => [listed(), byId("watch-list-choice").value, byId("watch-list-note").textContent];
  assert.deepEqual(shown(), [[], "Majors", "Loading this list…"]);
  (await server.asked("GET ")).answer(favourites());
  await settled();
  assert.deepEqual([listed().length, byId("watch-list-choice").value], [3, ""]);
});

test("what the reader orders while the list has the focus moves at once, and so does what values give once it hasn't", () => {
  choose("");
  byId("symbol-search").focus();
  document.querySelector("#watch-list-heads [value=market]").click();
  assert.deepEqual(listed(), ["BTCUSDT", "ETHUSDT", "SOLUSDT"]);
  document.querySelector("#watch-list-heads [value=price]").click();
  assert.deepEqual(listed(), ["ETHUSDT", "SOLUSDT", "BTCUSDT"]);
  tell("BTCUSDT", 300);
  mock.timers.tick(5_000);
  assert.equal(listed()[0], "ETHUSDT");
  document.activeElement.blur();
  mock.timers.tick(5_000);
  assert.equal(listed()[0], "BTCUSDT");
});
