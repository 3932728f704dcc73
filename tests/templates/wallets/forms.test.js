import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { addPart } from "../page_in_node.js";
import { settled } from "../settled.js";
import { ADDRESS, HASH, wallet } from "./fixtures.js";

for (const part of ["forms", "shown"]) addPart(`../../wallets/includes/${part}.html`);
const { TransactionForm } = await import("../../../templates/static/wallets/forms/transaction_form.js");
const { WalletForm } = await import("../../../templates/static/wallets/forms/wallet_form.js");
const { TokenPanel } = await import("../../../templates/static/wallets/shown/token_panel.js");

const byId = (id) => document.getElementById(id);
/** What was sent and isn't answered yet, oldest first. */
let sent = [];
const refusal = (message) => Object.assign(new Error(message), { code: "CONFLICT" });
const send = () => new Promise((resolve, reject) => sent.push({ answer: resolve, refuse: (message) => reject(refusal(message)) }));
const requests = /** @type {any} */ ({ add: send, watch: send, addToken: send, walletsOf: async () => [] });
/** What was told to the page. */
let told = [];
const forms = [new WalletForm(requests, ({ id }) => told.push(id)), new TransactionForm(requests, () => told.push("watched"))];
for (const form of forms) form.offer(["ethereum", "polygon"]);
const tokens = new TokenPanel(requests, /** @type {any} */ ({}), () => told.push("changed"));
tokens.show(/** @type {any} */ (wallet()));

const enter = (name) => byId(`${name}-form`).dispatchEvent(new document.defaultView.Event("submit", { cancelable: true }));
const FORMS = [["wallet", "wallet-address", "wallet_1"], ["transaction", "transaction-hash", "watched"], ["token", "token-contract", "changed"]];

beforeEach(() => {
  [sent, told] = [[], []];
  for (const form of [...forms, tokens]) form.forget();
});

for (const [name, field, word] of FORMS) {
  test(`Enter pressed twice in the form of a ${name} sends it once`, async () => {
    byId(field).value = HASH;
    enter(name);
    enter(name);
    assert.equal(sent.length, 1);
    sent[0].answer(wallet());
    await settled();
    assert.deepEqual([told, byId(field).value, byId(`${name}-problem`).textContent], [[word], "", ""]);
    byId(field).value = HASH;
    enter(name);
    assert.equal(sent.length, 2);
    sent[1].refuse("It is there already");
    await settled();
    assert.deepEqual([byId(field).value, byId(`${name}-problem`).textContent], [HASH, "It is there already."]);
  });
}

for (const [name, field] of FORMS) {
  test(`in the form of a ${name} whoever comes waits for nothing that was sent before, once`, async () => {
    byId(field).value = HASH;
    enter(name);
    for (const form of [...forms, tokens]) form.forget();
    byId(field).value = HASH;
    enter(name);
    assert.equal(sent.length, 2);
    sent[0].refuse("It is there already");
    await settled();
    enter(name);
    assert.deepEqual([sent.length, byId(`${name}-problem`).textContent, byId(field).value], [2, "", HASH]);
    sent[1].answer(wallet());
    await settled();
    byId(field).value = HASH;
    enter(name);
    assert.equal(sent.length, 3);
  });
}

test("what was typed while one was being added stays", async () => {
  [byId("wallet-address").value, byId("wallet-label").value] = [ADDRESS, "Savings"];
  enter("wallet");
  [byId("wallet-address").value, byId("wallet-label").value] = ["0xnext", "Next"];
  sent[0].answer(wallet());
  byId("transaction-hash").value = HASH;
  enter("transaction");
  byId("transaction-hash").value = "0xnext";
  sent[1].answer({});
  byId("token-contract").value = ADDRESS;
  enter("token");
  byId("token-contract").value = "0xnext";
  byId("token-contract").dispatchEvent(new document.defaultView.Event("input"));
  sent[2].answer(wallet());
  await settled();
  const fields = ["wallet-address", "wallet-label", "transaction-hash", "token-contract"];
  assert.deepEqual(fields.map((id) => byId(id).value), ["0xnext", "Next", "0xnext", "0xnext"]);
});
