import assert from "node:assert/strict";
import { test } from "node:test";
import "../page_in_node.js";
import { ADDRESS, MINUTE, START, movement, transaction } from "./fixtures.js";

const { movementRow } = await import("../../../templates/static/wallets/shown/wallet_panel.js");
const { transactionRow } = await import("../../../templates/static/wallets/transactions/transaction_panel.js");

const OWN = { coinOf: () => "ETH", known: () => ({}) };

test("what came and went has the time of its block, and a transaction that as of which its state is told", () => {
  const moved = movementRow({ key: "1", movement: /** @type {any} */ (movement({ counterparty: ADDRESS })) }).element;
  assert.match(moved.textContent, /in block 118 at 2026-11-22 12:00:00 · 0xababab…ababab$/);
  const told = /** @type {any} */ (transaction({ timestamp: START + MINUTE }));
  const row = transactionRow({ transaction: told, own: /** @type {any} */ (OWN) });
  row.show({ transaction: told, own: /** @type {any} */ (OWN) });
  assert.match(row.element.textContent, /0xababab…ababab on ethereum · as of 2026-11-22 12:01:00Stop watching$/);
});
