/** Wallets, transactions and blocks that are followed: what is loaded, and what the events make of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { StateSync } from "../../src/state_sync.js";
import { followBlocks, followTransactions, followWallets, Wallets } from "../../src/wallets/wallets.js";
import { OwnConnection, refusal } from "../own_connection.js";
import { until } from "../waiting.js";

const ADDRESS = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const COIN = { asset: "ETH", token: null, balance: 1.5, block: 100, outdated: false };
const MOVED = { asset: "ETH", token: null, change: 1.5, tx: "0x12", logIndex: null, block: 100, retracted: false };
const LISTED = { id: "wal_1", chain: "ethereum", address: ADDRESS, label: "Savings", balances: [COIN] };

/** A system on a connection of the test's own, whose commands are answered by their action. */
function systemWith(answers) {
  const connection = new OwnConnection();
  const asked = [];
  const subscribed = [];
  const command = async (action, params) => {
    asked.push([action, params]);
    if (answers[action] instanceof Error) throw answers[action];
    return answers[action];
  };
  const subscribe = (channels) => subscribed.push(...channels);
  return { asked, subscribed, connection, stateSync: new StateSync(connection), command, subscribe };
}

test("it begins with what the server lists, by any spelling, without what was taken back", async () => {
  const system = systemWith({
    "wallet.list": { items: [LISTED, { ...LISTED, id: "wal_2", chain: "base", balances: [{ ...COIN, outdated: true }] }] },
    "wallet.history": { items: [{ ...MOVED, retracted: true, block: 101 }, MOVED] },
  });
  const followed = followWallets(system, [ADDRESS.toLowerCase()]);
  await until(() => followed.value);
  const named = { chain: "ethereum", address: ADDRESS, label: "Savings" };
  assert.deepEqual(Object.keys(followed.value), [`ethereum:${ADDRESS}`, `base:${ADDRESS}`]);
  assert.deepEqual(followed.value[`ethereum:${ADDRESS}`], {
    ...named,
    holdings: { native: COIN },
    movements: [{ ...MOVED, ...named, event: "transaction" }],
  });
  assert.equal(followed.value[`base:${ADDRESS}`].holdings.native.outdated, true);
  assert.deepEqual(system.subscribed, [`wallet:${ADDRESS.toLowerCase()}`]);
});

test("it takes a movement that the snapshot holds already once, and back for good", async () => {
  const system = systemWith({ "wallet.list": { items: [LISTED] }, "wallet.history": { items: [MOVED] } });
  const followed = followWallets(system, [ADDRESS]);
  await until(() => followed.value);
  const tell = (data) => system.connection.emit(`wallet:${ADDRESS}`, { data: { ...LISTED, event: "transaction", ...data } });
  const movements = () => followed.value[`ethereum:${ADDRESS}`].movements.map(({ block, change }) => [block, change]);
  tell(MOVED);
  tell({ ...MOVED, change: -1.5 });
  assert.deepEqual(movements(), [[100, -1.5], [100, 1.5]]);
  tell({ ...MOVED, retracted: true });
  tell({ ...MOVED, block: 101 });
  assert.deepEqual(movements(), [[101, 1.5], [100, -1.5]]);
});

test("it leaves out what isn't watched, and begins with no blocks where nobody is logged in", async () => {
  const system = systemWith({ "tx.status": refusal("NOT_FOUND"), "wallet.blocks": refusal("PERMISSION_DENIED") });
  const transactions = followTransactions(system, [{ chain: "ethereum", hash: "0x12" }]);
  const blocks = followBlocks(system, ["ethereum"]);
  await until(() => transactions.value && blocks.value);
  assert.deepEqual([transactions.value, blocks.value], [{}, { ethereum: [] }]);
  const state = { chain: "ethereum", hash: "0x12", status: "pending" };
  system.connection.emit("tx:0x12", { data: state });
  assert.deepEqual(transactions.value, { "ethereum:0x12": state });
});

test("it fails to load where the server refuses for another reason", async () => {
  const system = systemWith({ "tx.status": refusal("VALIDATION_ERROR") });
  const transactions = followTransactions(system, [{ chain: "ethereum", hash: "0x1" }]);
  const error = await new Promise((resolve) => transactions.on("error", resolve));
  assert.equal(error.code, "VALIDATION_ERROR");
});

test("it keeps the blocks below one that takes others' place", async () => {
  const listed = [102, 101, 100].map((number) => ({ number, hash: `0x${number}`, parentHash: `0x${number - 1}` }));
  const system = systemWith({ "wallet.blocks": { items: listed } });
  const blocks = followBlocks(system, ["ethereum"]);
  await until(() => blocks.value);
  const data = { chain: "ethereum", number: 101, hash: "0xother", parentHash: "0x100", reorg_depth: 2 };
  system.connection.emit("blocks:ethereum", { data });
  assert.deepEqual(blocks.value.ethereum.map(({ hash }) => hash), ["0xother", "0x100"]);
});

test("it sends each command with its parameters, and gives what the answer holds", async () => {
  const system = systemWith({});
  const own = new Wallets({ command: async (...what) => (await system.command(...what)) ?? { items: ["one"] } });
  const which = { chain: "ethereum", hash: "0x12" };
  await own.add({ chain: "ethereum", address: ADDRESS });
  await own.rename("wal_1", "Cold");
  await own.remove("wal_1");
  await own.get("wal_1");
  await own.watchTransaction(which);
  await own.unwatchTransaction(which);
  const lists = [own.list(), own.history("wal_1", { limit: 1 }), own.chains(), own.blocks("ethereum"), own.transactions({ wallet: "wal_1" })];
  assert.deepEqual(await Promise.all(lists), [["one"], ["one"], ["one"], ["one"], ["one"]]);
  assert.deepEqual(system.asked, [
    ["wallet.add", { chain: "ethereum", address: ADDRESS }],
    ["wallet.rename", { id: "wal_1", label: "Cold" }],
    ["wallet.remove", { id: "wal_1" }],
    ["wallet.get", { id: "wal_1" }],
    ["tx.watch", which],
    ["tx.unwatch", which],
    ["wallet.list", {}],
    ["wallet.history", { id: "wal_1", limit: 1 }],
    ["wallet.chains", {}],
    ["wallet.blocks", { chain: "ethereum" }],
    ["tx.list", { wallet: "wal_1" }],
  ]);
});
