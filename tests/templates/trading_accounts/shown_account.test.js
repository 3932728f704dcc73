/** The account that is shown, where the server can't answer the next time that it is read. */
import { addPart } from "../page_in_node.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { account } from "../shared/trading/fixtures.js";
import { settled } from "../settled.js";
import { AWAY, GONE, aRetryLater, answering } from "../unread.js";

for (const part of ["shown", "limits"]) addPart(`../../trading_accounts/includes/${part}.html`);
const { ShownAccount } = await import("../../../templates/static/trading_accounts/shown_account.js");

const [main, other] = [account(), account({ account: "acc_b" })];
const LIMITS = { limits: {}, used: {} };
const AWAY_WORDS = "The account can't be read: The server can't be reached.";

const told = [];
/** @param {...unknown} answers to each reading of the account, in order */
function shownOf(...answers) {
  told.length = 0;
  const requests = { account: answering(...answers), limits: async () => LIMITS };
  return new ShownAccount(/** @type {any} */ (requests), (one) => told.push(one));
}

/** Which parts are in sight, and what is said to be wrong. */
const seen = () => [["shown", "limits"].filter((id) => !document.getElementById(id).hidden), document.getElementById("shown-problem").textContent];

test("what is shown, and what is typed beside it, stays while it can't be read anew, which is said until it is", async () => {
  const shown = shownOf(main, AWAY, main);
  shown.show("acc_a");
  await settled();
  assert.deepEqual(seen(), [["shown", "limits"], ""]);
  await aRetryLater();
  assert.deepEqual(seen(), [["shown", "limits"], AWAY_WORDS]);
  await aRetryLater();
  assert.deepEqual([seen(), told], [[["shown", "limits"], ""], [main, main]]);
  shown.show("");
});

test("another that can't be read isn't shown as the one before, nor one that is gone", async () => {
  const shown = shownOf(main, AWAY, other, GONE);
  shown.show("acc_a");
  await settled();
  shown.show("acc_b");
  await settled();
  assert.deepEqual(seen(), [[], AWAY_WORDS]);
  await aRetryLater();
  assert.deepEqual(seen(), [["shown", "limits"], ""]);
  await aRetryLater();
  assert.deepEqual(seen(), [[], "There is no such account of yours."]);
  shown.show("");
});

test("a reading that takes longer than the time after which it is read anew is shown, and what is waited for is said", async () => {
  const owed = [];
  const account = () => new Promise((answer) => owed.push(answer));
  const requests = { account, limits: async () => LIMITS };
  const shown = new ShownAccount(/** @type {any} */ (requests), (one) => told.push(one));
  told.length = 0;
  shown.show("acc_a");
  assert.deepEqual(seen(), [[], "Loading the account…"]);
  await aRetryLater();
  shown.news();
  await aRetryLater();
  assert.equal(owed.length, 1, "one at a time");
  owed[0](main);
  await settled();
  assert.deepEqual([seen(), told], [[["shown", "limits"], ""], [main]]);
  assert.equal(owed.length, 2, "what has changed meanwhile is read then");
  owed[1](main);
  await settled();
  await aRetryLater();
  assert.deepEqual([owed.length, told.length], [3, 2], "and read anew as before");
  shown.show("");
  assert.deepEqual(seen(), [[], ""]);
});
