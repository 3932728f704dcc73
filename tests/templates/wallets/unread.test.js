/** What a server that can't answer now leaves unread is read a while later, without anybody's doing. */
import { addPart } from "../page_in_node.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { settled } from "../settled.js";
import { AWAY, GONE, aRetryLater, answering } from "../unread.js";
import { block, chain, wallet } from "./fixtures.js";

for (const part of ["index", "includes/blocks", "includes/shown"]) addPart(`../../wallets/${part}.html`);
const { BlockPanel } = await import("../../../templates/static/wallets/blocks/block_panel.js");
const { OwnWallets } = await import("../../../templates/static/wallets/own_wallets.js");
const { WalletPanel } = await import("../../../templates/static/wallets/shown/wallet_panel.js");

const byId = (id) => document.getElementById(id);
const nothing = () => undefined;
const client = /** @type {any} */ ({ on: nothing, onMessage: nothing, subscribe: nothing, unsubscribe: nothing });
const chains = /** @type {any} */ ([chain(), chain({ chain: "base" })]);
const EMPTY = { items: [], total: 0 };

test("the blocks of a chain, and none of one that is followed no longer", async () => {
  const requests = { blocks: answering(AWAY, [block(118)], AWAY, [block(119)]) };
  const panel = new BlockPanel(client, /** @type {any} */ (requests));
  panel.show(chains, "ethereum");
  await settled();
  assert.equal(byId("blocks-note").textContent, "The blocks can't be read: The server can't be reached.");
  await aRetryLater();
  assert.deepEqual([byId("blocks-note").textContent, byId("block-list").children.length], ["", 1]);
  panel.show(chains, "base");
  await settled();
  panel.forget();
  await aRetryLater();
  assert.equal(requests.blocks.left.length, 1);
});

test("one's wallets, until nobody is signed in", async () => {
  const told = [];
  const list = answering(AWAY, [wallet()], AWAY, []);
  const requests = /** @type {any} */ ({ wallets: list, transactions: async () => [], chains: async () => chains });
  const own = new OwnWallets(client, requests, { changed: nothing, moved: nothing, refused: (problem) => told.push(problem) });
  own.start();
  await settled();
  await aRetryLater();
  assert.deepEqual([told, own.wallets.length], [["Your wallets can't be read: The server can't be reached.", ""], 1]);
  await own.load();
  own.forget();
  await aRetryLater();
  assert.equal(list.left.length, 1);
});

test("what came to a wallet and went from it, until another is shown; a wallet that is gone isn't asked for again", async () => {
  const requests = { history: answering(AWAY, EMPTY, AWAY, GONE, EMPTY) };
  const panel = new WalletPanel(/** @type {any} */ (requests));
  const note = () => byId("movements-note").textContent;
  panel.show(/** @type {any} */ (wallet()));
  await panel.whole;
  assert.equal(note(), "What came and went can't be read: The server can't be reached.");
  await aRetryLater();
  assert.equal(note(), "Nothing has come or gone since it is watched.");
  panel.refresh();
  await settled();
  panel.show(/** @type {any} */ (wallet({ id: "wallet_2" })));
  await settled();
  await aRetryLater();
  assert.deepEqual([note(), requests.history.left.length], ["What came and went can't be read: There is no such thing.", 1]);
});
