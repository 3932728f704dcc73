import assert from "node:assert/strict";
import { test } from "node:test";
import { RenderedOnStage } from "./rendered_on_stage.js"; // before React, which looks for its document
import { useNotifications, useWalletSubscription } from "../../src/hooks.js";
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
});

function notificationFrame(id, news = {}) {
  const data = { id, seq: id, title: `No. ${id}`, read: false, ...news };
  return { type: "notification", channel: "notifications", data };
}

function walletFrame(address, balance) {
  const data = { chain: "ethereum", address, label: "Savings", event: "balance", asset: "ETH", balance, change: 1 };
  return { type: "wallet", channel: `wallet:${address}`, data };
}
