import assert from "node:assert/strict";
import { test } from "node:test";
import { amountText, heldBackText, kindText, subtitleOf } from "../../../templates/static/trading_accounts/account_text.js";
import { accountOf, addressOf } from "../../../templates/static/trading_accounts/address.js";

const account = (other = {}) => /** @type {any} */ ({ account: "acc_1", name: "Paper", default: true, demo: true, trading: "active", maker_fee: 0.001, taker_fee: 0.00075, cancel_all_at: null, ...other });

test("it says what an account is, and whose", () => {
  assert.equal(kindText(account()), "default · demo · paper");
  assert.equal(kindText(account({ default: false, demo: false })), "paper");
  assert.equal(subtitleOf(account({ default: false }), false), "another user's · demo · paper · acc_1 · fees 0.1 % maker, 0.075 % taker");
});

test("it says what holds its trading back, and nothing where all may be ordered", () => {
  assert.equal(heldBackText(account()), "");
  assert.match(heldBackText(account({ trading: "halted", cancel_all_at: 1 })), /^Trading is halted.* dead man's switch/);
});

test("amounts have all their digits", () => {
  assert.deepEqual([amountText(98094.6389424), amountText(0), amountText(null)], ["98,094.6389424", "0", "–"]);
});

test("an address leads to the account whose it is, whatever its id has in it", () => {
  assert.deepEqual([accountOf({ pathname: "/accounts/" }), accountOf({ pathname: addressOf("acc_1") }), accountOf({ pathname: addressOf("a/b c") })], ["", "acc_1", "a/b c"]);
});
