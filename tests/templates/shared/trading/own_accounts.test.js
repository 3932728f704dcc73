import assert from "node:assert/strict";
import { test } from "node:test";
import { OwnAccounts } from "../../../../templates/static/shared/trading/own_accounts.js";

const ACCOUNT = { account: "acc_a", name: "Main", trading: "active" };
const at = (second, free) => ({ ...ACCOUNT, balances: [{ asset: "BTC", free, locked: 0 }], timestamp: `2026-01-01T00:00:0${second}Z` });
const freeOf = (accounts) => accounts.chosen?.balances[0].free;

test("what is told while the list is read counts, though the list says a later time", () => {
  const accounts = new OwnAccounts();
  const take = accounts.reading();
  assert.equal(accounts.take(at(1, 0.01)), true);
  take([at(2, 0.02)]);
  assert.deepEqual([freeOf(accounts), accounts.chosen?.name], [0.01, "Main"]);
});

test("what was told before doesn't, and what is told afterwards does", () => {
  const accounts = new OwnAccounts();
  accounts.take(at(3, 0.01));
  accounts.reading()([at(2, 0.02)]);
  assert.equal(freeOf(accounts), 0.02);
  assert.equal(accounts.take(at(1, 0.03)), true);
  assert.equal(freeOf(accounts), 0.03);
});

test("of two readings the one that ends last takes back nothing that was told since it began", () => {
  const accounts = new OwnAccounts();
  const [first, second] = [accounts.reading(), accounts.reading()];
  accounts.take(at(1, 0.01));
  second([at(1, 0.01)]);
  first([at(0, 0.02)]);
  assert.equal(freeOf(accounts), 0.01);
});
