import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addressOf,
  doneSentences,
  nextOrder,
  noteText,
  orderName,
  orderNamed,
  questionSentences,
  userText,
} from "../../../templates/static/operations/connections/connections_text.js";

const CONNECTION = { id: "ws_1_abc", user: "Ada", address: "203.0.113.9", dialect: "market", gateway: "host:1", subscriptions: 1 };
const ANSWER = { items: [CONNECTION], total: 1, cut: false, open: 1, gateways: ["host:1"], unanswered: [] };

test("the filter and the order go to the server, whatever is in them", () => {
  const order = { sort: "since", descending: true };
  assert.equal(addressOf("  ada ", order), "connections/?filter=ada&sort=since&descending=true&limit=100");
  assert.equal(new URLSearchParams(addressOf("a&sort=x %#", order).split("?")[1]).get("filter"), "a&sort=x %#");
});

test("a column that is chosen again is turned round; names begin at A, numbers at the greatest", () => {
  assert.deepEqual(nextOrder({ sort: "since", descending: true }, "since"), { sort: "since", descending: false });
  assert.deepEqual(nextOrder({ sort: "since", descending: true }, "user"), { sort: "user", descending: false });
  assert.deepEqual(nextOrder({ sort: "user", descending: false }, "waiting_bytes"), { sort: "waiting_bytes", descending: true });
});

test("an order has a name that says it", () => {
  for (const sort of ["since", "waiting_bytes"]) {
    for (const descending of [true, false]) assert.deepEqual(orderNamed(orderName({ sort, descending })), { sort, descending });
  }
});

test("it says how many there are, what the filter finds, and what is cut", () => {
  assert.equal(noteText(ANSWER), "1 connection at 1 gateway.");
  assert.equal(noteText({ ...ANSWER, open: 1234, gateways: ["a", "b"] }), "1 of 1,234 connections found at 2 gateways.");
  assert.equal(noteText({ ...ANSWER, total: 700, open: 700, cut: true }), "700 connections at 1 gateway; the first 1 are shown.");
  assert.equal(noteText({ ...ANSWER, items: [], total: 0, open: 3 }), "0 of 3 connections found at 1 gateway.");
});

test("it names each gateway that has not answered", () => {
  const text = noteText({ ...ANSWER, unanswered: ["host:2", "host:3"] });
  const missing = (name) => ` Gateway ${name} has not answered: what it serves is missing here.`;
  assert.equal(text, `1 connection at 1 gateway.${missing("host:2")}${missing("host:3")}`);
});

test("whoever hasn't logged in is anonymous", () => {
  assert.equal(userText(CONNECTION), "Ada");
  assert.equal(userText({ ...CONNECTION, user: null }), "anonymous");
  assert.ok(doneSentences({ ...CONNECTION, user: null })[0].endsWith("of anonymous."));
});

test("it asks for the one connection, by all that tells it from others", () => {
  const [what] = questionSentences(CONNECTION);
  assert.equal(what, "Connection ws_1_abc from 203.0.113.9, which speaks market and has 1 subscription, ends at gateway host:1.");
});
