import { addPart } from "../page_in_node.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { grid } from "./fixtures.js";
import { valuesOf } from "../../../templates/static/grids/form/grid_given.js";

addPart("../../grids/includes/new.html");
const { AccountChoice } = await import("../../../templates/static/shared/trading/instances/account_choice.js");
const { GridForm } = await import("../../../templates/static/grids/form/grid_form.js");

const SYMBOL = { symbol: "BTCUSDT", base: "BTC", quote: "USDT", tickSize: "0.01" };
const account = (id, name, free) => ({ account: id, name, balances: [{ asset: "USDT", free, locked: 0 }] });
const BOTH = [account("acc_a", "Paper", 1_000), account("acc_b", "Second", 20)];

/** @type {any[]} */
let stored = [];
const nothing = () => undefined;
const requests = /** @type {any} */ ({ accounts: async () => ({ items: stored }), preview: async () => ({ warnings: [] }) });
const form = new GridForm(requests, { typed: nothing, pair: nothing, account: () => choice.show(), preview: nothing, submit: nothing, price: nothing });
const choice = new AccountChoice(requests, form, nothing);
form.offerSymbols(/** @type {any} */ ([SYMBOL]));

const byId = (id) => document.getElementById(id);
const isOffered = () => !byId("grid-account-field").hidden;

test("one account alone is no choice, and is named nowhere", async () => {
  stored = BOTH.slice(0, 1);
  await choice.load();
  assert.deepEqual([isOffered(), form.account, choice.nameOf("acc_a"), byId("grid-free").textContent], [false, "", "", "1,000.00 USDT free"]);
});

test("of several the default one pays until another is chosen, whose free money is told, and which stays chosen", async () => {
  stored = BOTH;
  await choice.load();
  assert.deepEqual([isOffered(), form.account, choice.chosenName, choice.nameOf("acc_b")], [true, "acc_a", "Paper", "Second"]);
  form.fill(valuesOf(grid({ account: "acc_b" })));
  assert.deepEqual([form.account, choice.chosenName, byId("grid-free").textContent], ["acc_b", "Second", "20.00 USDT free"]);
  await choice.load();
  choice.told(/** @type {any} */ (account("acc_b", "Second", 15)));
  assert.deepEqual([form.values.account, byId("grid-free").textContent], ["acc_b", "15.00 USDT free"]);
  form.fill(valuesOf(grid({ account: "acc_gone" })));
  assert.equal(form.account, "acc_b", "of an account that one doesn't have nothing is chosen");
  choice.forget();
  assert.deepEqual([isOffered(), form.account, byId("grid-free").textContent], [false, "", ""]);
});

test("an older answer that comes last doesn't take the place of a newer one", async (context) => {
  const owed = [];
  context.mock.method(requests, "accounts", () => new Promise((answer) => owed.push((items) => answer({ items }))));
  const loads = [choice.load(), choice.load()];
  owed[1](BOTH);
  owed[0](BOTH.slice(0, 1));
  await Promise.all(loads);
  assert.equal(choice.nameOf("acc_b"), "Second");
});
