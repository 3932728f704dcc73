import assert from "node:assert/strict";
import { test } from "node:test";
import { RenderedOnStage } from "./rendered_on_stage.js"; // before React, which looks for its document
import { useBlockSubscription, useNotifications, useTransactionSubscription, useWalletSubscription } from "../../src/hooks.js";
import { until } from "../waiting.js";

RenderedOnStage.describe("hooks of what is the user's own", (on) => {
  test("it shows notifications as they come, each once with its newest words, and takes a mark back that the server refuses", async () => {
    const { token } = await on.stage.ask("/newcomer");
    const { shown } = on.render(() => useNotifications({ url: on.url, options: { token } }));
    await until(() => shown.current?.loading === false);
    assert.deepEqual([shown.current.notifications, shown.current.error], [[], undefined]);
    for (const id of [1, 2, 2]) await on.inject(notificationFrame(id));
    await until(() => shown.current.notifications.length === 2);
    assert.deepEqual([shown.current.notifications.map(({ id }) => id), shown.current.unread], [[2, 1], 2]);
    await on.inject(notificationFrame(1, { title: "No. 1 (7 times)" }));
    await until(() => shown.current.notifications[0].title === "No. 1 (7 times)");
    assert.deepEqual([shown.current.notifications.length, shown.current.unread], [2, 2]);
    await on.stage.ask("/proxy/stall");
    const marked = shown.current.markRead([1]);
    await until(() => shown.current.unread === 1);
    await on.stage.ask("/proxy/release");
    await assert.rejects(marked, { code: "NOT_FOUND" }); // the gateway never stored what was injected
    await until(() => shown.current.error?.code === "NOT_FOUND");
    assert.equal(shown.current.unread, 2);
  });

  test("it shows nobody's notifications to another user", async () => {
    let { token } = await on.stage.ask("/newcomer");
    const { shown, render } = on.render(() => useNotifications({ url: on.url, options: { token } }));
    await until(() => shown.current?.loading === false);
    await on.inject(notificationFrame(1));
    await until(() => shown.current.notifications.length === 1);
    ({ token } = await on.stage.ask("/newcomer"));
    render();
    await until(() => shown.current.notifications.length === 0);
    assert.equal(shown.current.error, undefined);
  });

  test("it says that notifications need a login, and loads them after one", async () => {
    let token = null;
    const { shown, render } = on.render(() => useNotifications({ url: on.url, options: { token } }));
    await until(() => shown.current?.error?.code === "PERMISSION_DENIED");
    assert.equal(shown.current.loading, false);
    ({ token } = await on.stage.ask("/newcomer"));
    render();
    await until(() => shown.current.error === undefined);
    assert.deepEqual(shown.current.notifications, []);
  });

  test("it shows what wallets tell, and which of them is refused", async () => {
    const addresses = ["0xabc", "0xdef"];
    const { token } = await on.stage.ask("/newcomer");
    const { shown } = on.render(() => useWalletSubscription({ addresses, url: on.url, options: { token } }));
    await until(() => shown.current?.loading === false);
    assert.equal(shown.current.error.code, "forbidden");
    for (const balance of [2, 3]) await on.inject(walletFrame("0xabc", balance));
    await until(() => shown.current.wallets.get("0xabc")?.balances.get("ETH") === 3);
    const { activity, label } = shown.current.wallets.get("0xabc");
    assert.deepEqual([label, activity.map(({ balance }) => balance)], ["Savings", [3, 2]]);
  });

  test("it tells chains and tokens apart, and takes movements back", async () => {
    const { token } = await on.stage.ask("/newcomer");
    const { shown } = on.render(() => useWalletSubscription({ addresses: ["0xabc"], url: on.url, options: { token } }));
    await until(() => shown.current?.loading === false);
    for (const [chain, contract, balance] of [["ethereum", "0x1", 5], ["ethereum", "0x2", 7], ["base", "0x1", 9]]) {
      await on.inject(walletFrame("0xabc", balance, { chain, asset: "USDC", token: contract }));
    }
    const moved = { event: "transaction", tx: "0x12", logIndex: 1, block: 5 };
    await on.inject(walletFrame("0xabc", null, moved));
    await until(() => shown.current.followed["ethereum:0xabc"]?.movements.length === 1);
    const { holdings } = shown.current.followed["ethereum:0xabc"];
    assert.deepEqual([holdings["0x1"].balance, holdings["0x2"].balance], [5, 7]);
    assert.equal(shown.current.followed["base:0xabc"].holdings["0x1"].balance, 9);
    assert.equal(shown.current.wallets.get("0xabc").balances.get("USDC"), 9);
    await on.inject(walletFrame("0xabc", null, { ...moved, retracted: true }));
    await until(() => shown.current.followed["ethereum:0xabc"].movements.length === 0);
    assert.equal(shown.current.wallets.get("0xabc").activity.length, 5);
    await on.inject(walletFrame("0xabc", null, { ...moved, block: 6 }));
    await until(() => shown.current.followed["ethereum:0xabc"].movements.length === 1);
    await on.stage.ask("/proxy/cut"); // whether the movement still stands then, nobody has heard
    await until(() => shown.current.followed["ethereum:0xabc"].movements.length === 0);
    assert.equal(shown.current.followed["base:0xabc"].holdings["0x1"].balance, 9);
  });

  test("it shows transactions by chain and hash, and blocks as the chain has them", async () => {
    const { token } = await on.stage.ask("/newcomer");
    const of = { url: on.url, options: { token } };
    const sent = on.render(() => useTransactionSubscription({ hashes: ["0x12"], ...of }));
    const chain = on.render(() => useBlockSubscription({ chains: ["elsewhere"], ...of }));
    await until(() => sent.shown.current?.loading === false && chain.shown.current?.loading === false);
    for (const [name, status] of [["ethereum", "pending"], ["base", "pending"], ["ethereum", "confirming"]]) {
      const data = { chain: name, hash: "0x12", status };
      await on.inject({ type: "transaction", channel: "tx:0x12", data });
    }
    await until(() => sent.shown.current.transactions["ethereum:0x12"]?.status === "confirming");
    assert.equal(sent.shown.current.transactions["base:0x12"].status, "pending");
    for (const [number, hash] of [[1, "0xa"], [2, "0xb"], [3, "0xc"], [2, "0xd"]]) {
      await on.inject({ type: "block", channel: "blocks:elsewhere", data: { chain: "elsewhere", number, hash } });
    }
    await until(() => chain.shown.current.blocks.elsewhere?.map(({ hash }) => hash).join() === "0xd,0xa");
  });
});

function notificationFrame(id, news = {}) {
  const data = { id, seq: id, title: `No. ${id}`, read: false, ...news };
  return { type: "notification", channel: "notifications", data };
}

function walletFrame(address, balance, news = {}) {
  const told = { event: "balance", asset: "ETH", token: null, balance, change: 1, retracted: false, outdated: false };
  const data = { chain: "ethereum", address, label: "Savings", ...told, ...news };
  return { type: "wallet", channel: `wallet:${address}`, data };
}
