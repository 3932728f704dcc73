import assert from "node:assert/strict";
import { test } from "node:test";
import { shortened } from "../../../templates/static/shared/format.js";
import { listed, reorganisationText, withBlock } from "../../../templates/static/wallets/blocks/block_list.js";
import { isWorthAsking, spellingOf, takenText, takenTokenText, typedText } from "../../../templates/static/wallets/forms/address_text.js";
import { addressOf, walletOf } from "../../../templates/static/wallets/page_address.js";
import { balancePoints, stepCorners } from "../../../templates/static/wallets/shown/balance_line.js";
import { isFinal, liveOnes, partiesText, progressOf, statusText } from "../../../templates/static/wallets/transactions/transaction_text.js";
import { amountText, chainText, changeText, holdingsText, nameOf, tokenText } from "../../../templates/static/wallets/wallet_text.js";
import { ADDRESS, HASH, MINUTE, START, block, chain, movement, transaction, wallet } from "./fixtures.js";

const given = (changes) => /** @type {any} */ (transaction(changes));
const shownBlocks = (blocks) => blocks.map(({ hash, isRetracted }) => `${hash}${isRetracted ? " taken back" : ""}`);

test("a transaction is told by how far it is, and its bar counts the confirmations that it needs", () => {
  assert.equal(statusText(given()), "Confirming: 3 of 12, in block 118");
  assert.deepEqual([progressOf(given()), progressOf(given({ status: "finalized" })), progressOf(given({ status: "pending" }))], [3, 12, null]);
  assert.equal(statusText(given({ status: "confirmed", confirmations: 12 })), "Confirmed in block 118: 12 of 12");
  assert.equal(statusText(given({ status: "replaced", replacement: "speed_up", replacedBy: HASH, block: 119 })), "Sped up by 0xababab…ababab");
  assert.equal(statusText(given({ status: "replaced" })), "Replaced by another transaction with its number");
  assert.match(statusText(given({ status: "retracted" })), /^Taken back by a reorganisation/);
  assert.match(statusText(given({ status: "failed" })), /^Failed in block 118/);
  assert.deepEqual([isFinal(given({ status: "confirmed" })), isFinal(given({ status: "finalized" }))], [false, true]);
});

test("what may be told of at any block is live before old failures, which may be told of no more", () => {
  const statuses = ["failed", "seen", "replaced", "pending", "finalized", "confirmed", "retracted", "confirming"];
  const live = (most) => liveOnes(statuses.map((status) => given({ status })), most).map(({ status }) => status);
  assert.deepEqual(live(2), ["pending", "retracted"]);
  assert.deepEqual(live(22), ["pending", "retracted", "confirming", "failed", "seen", "replaced", "confirmed"]);
});

test("from whom and to whom is told once it is known", () => {
  assert.equal(partiesText(given(), "ETH"), "0.5 ETH from 0x5aAeb6…1BeAed to a new contract");
  assert.equal(partiesText(given({ from: null }), "ETH"), "Who sent it isn't known yet");
  const known = (address) => (address === ADDRESS ? { wallet: "Savings" } : { token: "USDC" });
  assert.equal(partiesText(given({ to: ADDRESS }), "ETH", known), "0.5 ETH from Savings to Savings");
  assert.equal(partiesText(given({ to: "0xa0", value: 0 }), "ETH", known), "Call of the token USDC by Savings");
});

test("amounts have their sign and at most 8 decimals", () => {
  assert.equal(amountText(1234.123456789, "ETH"), "1,234.12345678 ETH");
  assert.equal(amountText(1e-7, "ETH"), "0.0000001 ETH");
  assert.deepEqual([changeText(1, "ETH"), changeText(-1, "ETH"), changeText(0, "ETH")], ["+1 ETH", "−1 ETH", "0 ETH"]);
  assert.equal(holdingsText(/** @type {any} */ (wallet())), "Not read yet");
  assert.equal(holdingsText(/** @type {any} */ (wallet({ balances: [{ asset: "ETH", balance: 1 }, { asset: "USDC", balance: 2, outdated: true }] }))), "1 ETH · 2 USDC (outdated)");
  assert.deepEqual([nameOf(/** @type {any} */ (wallet())), nameOf(/** @type {any} */ (wallet({ label: "Savings" }))), shortened(null)], ["0x5aAeb6…1BeAed", "Savings", "–"]);
});

test("how a chain is followed is said in words, and that what is shown may be old", () => {
  const words = (changes) => chainText(/** @type {any} */ (chain(changes)), START + 5 * MINUTE);
  assert.equal(words({}), "ethereum: connected. Block 118 is the newest that was read.");
  assert.equal(words({ state: "catching_up" }), "ethereum: catching up, 2 blocks behind. Block 118 is the newest that was read.");
  assert.equal(words({ state: "disconnected", reason: "no head for 36 s" }), "ethereum: disconnected: no head for 36 s. The newest block came 5 min ago. What is shown may be old.");
  assert.match(words({ state: "disconnected", last_head: null }), /No block has come yet/);
  assert.match(words({ state: "error", reason: "another chain" }), /^ethereum: not followed: another chain\. The staff/);
  assert.equal(words({ state: "connecting", block: null }), "ethereum: connecting.");
});

test("blocks that a reorganisation takes back stay in the list, marked, and one that comes again counts anew", () => {
  const before = [block(120, "0xa120"), block(119, "0xa119"), block(118)].toReversed().reduce(withBlock, listed([]));
  const after = withBlock(before, block(119, "0xb119"));
  assert.deepEqual(shownBlocks(after), ["0xb119", "0xa120 taken back", "0xa119 taken back", "0x118"]);
  assert.deepEqual(shownBlocks(withBlock(after, block(119, "0xb119"))), shownBlocks(after), "twice: once");
  assert.deepEqual(shownBlocks(withBlock(after, block(119, "0xa119"))), ["0xa119", "0xb119 taken back", "0xa120 taken back", "0x118"]);
  const over = withBlock(after, { ...block(118), reorg_depth: 3 });
  assert.deepEqual(shownBlocks(over), ["0x118", "0xb119 taken back", "0xa120 taken back", "0xa119 taken back"], "staff start over from it");
  assert.match(reorganisationText(2, 119), /took back 2 blocks: 119 to 120\./);
  assert.match(reorganisationText(1, 119), /took back 1 block: block 119\./);
  assert.equal(reorganisationText(0, 119), "");
  assert.equal(Array.from({ length: 30 }, (_, at) => block(at)).reduce(withBlock, listed([])).length, 20);
});

test("a balance's line begins before the first movement, and leaves out what was taken back or isn't known", () => {
  const movements = [
    movement({ timestamp: START + 3 * MINUTE, change: -1, balance: 4 }),
    movement({ timestamp: START + 2 * MINUTE, balance: 9, retracted: true }),
    movement({ timestamp: START + 2 * MINUTE, balance: null }),
    movement({ timestamp: START + MINUTE, balance: 7, token: ADDRESS }),
    movement({ timestamp: START, change: 2, balance: 5 }),
  ];
  const points = balancePoints(/** @type {any} */ (movements), "ETH");
  assert.deepEqual(points, [
    { time: START, value: 3 },
    { time: START, value: 5 },
    { time: START + 3 * MINUTE, value: 4 },
  ]);
  assert.deepEqual(balancePoints([], "ETH"), []);
  const unread = [movement({ timestamp: START, change: 2, balance: null })];
  assert.deepEqual(balancePoints(/** @type {any} */ (unread), "ETH", 6).map(({ value }) => value), [4, 6], "what is held now");
  const corners = stepCorners(points, START + 6 * MINUTE, { width: 60, height: 12 });
  assert.equal(corners, "0.0,11.0 0.0,11.0 0.0,1.0 30.0,1.0 30.0,6.0 60.0,6.0");
  assert.equal(stepCorners([{ time: START, value: 1 }], START, { width: 60, height: 12 }), "0.0,6.0 60.0,6.0");
});

test("of an address it is told how far it is; what it is, the server says, and the spelling that it offers is read", () => {
  assert.deepEqual([typedText(""), typedText("0x5aAe"), typedText("hello"), typedText(ADDRESS)], ["", "4 of 40 digits", "An address is 0x and 40 hexadecimal digits.", ""]);
  assert.deepEqual([isWorthAsking(ADDRESS), isWorthAsking(` ${ADDRESS.slice(2)} `), isWorthAsking("0x5aAe"), isWorthAsking(HASH)], [true, true, false, true]);
  assert.equal(isWorthAsking("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"), true);
  assert.equal(spellingOf(`the address has a wrong checksum: a character may be mistyped; its spelling is ${ADDRESS}`), ADDRESS);
  assert.equal(spellingOf("an address is 0x and 40 hexadecimal digits"), "");
  assert.equal(takenText(ADDRESS, [], "ethereum"), "The checksum is right.");
  assert.match(takenText(ADDRESS.toLowerCase(), [], "ethereum"), /no checksum/);
  assert.equal(takenText(ADDRESS, [/** @type {any} */ (wallet({ label: "Savings" }))], "ethereum"), "You watch it already: Savings.");
  assert.equal(takenText(ADDRESS, [/** @type {any} */ (wallet())], "polygon"), "The checksum is right.");
});

test("of a token that was named it is told how far it is, and what is none is said plainly", () => {
  const named = (changes) => /** @type {any} */ ({ token: ADDRESS, asset: null, state: "checking", reason: null, ...changes });
  assert.equal(tokenText(named({})), "Its contract is being asked what it is…");
  assert.equal(tokenText(named({ state: "followed", asset: "USDC" })), "Followed");
  assert.equal(tokenText(named({ state: "no_token", reason: "its contract tells no decimals" })), "No token: its contract tells no decimals.");
  assert.equal(takenTokenText(ADDRESS.toLowerCase(), [named({})]), "You have named it already.");
  assert.equal(takenTokenText(ADDRESS, []), "The checksum is right.");
});

test("the page's address names a wallet", () => {
  assert.deepEqual([walletOf({ pathname: "/wallets/" }), walletOf({ pathname: addressOf("wallet_1") })], ["", "wallet_1"]);
});
