/** What the server says of wallets, for the tests of the page. */

export const ADDRESS = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
export const HASH = `0x${"ab".repeat(32)}`;
export const START = Date.parse("2026-11-22T12:00:00Z");
export const MINUTE = 60_000;

export const wallet = (changes = {}) => ({ id: "wallet_1", chain: "ethereum", address: ADDRESS, label: "", balances: [], tokens: [], created: START, ...changes });

export const transaction = (changes = {}) => ({
  ...{ chain: "ethereum", hash: HASH, status: "confirming", confirmations: 3, required: 12, block: 118, replacedBy: null, replacement: null },
  ...{ from: ADDRESS, to: null, value: 0.5, fee: null, timestamp: START },
  ...changes,
});

export const chain = (changes = {}) => ({
  ...{ chain: "ethereum", chain_id: 1, asset: "ETH", confirmations: 12, simulated: false, state: "connected", reason: null },
  ...{ block: 118, head: 120, last_head: START },
  ...changes,
});

export const movement = (changes = {}) => ({
  ...{ asset: "ETH", token: null, direction: "incoming", counterparty: ADDRESS, change: 1, balance: 3, tx: HASH, block: 118 },
  ...{ retracted: false, timestamp: START },
  ...changes,
});

export const block = (number, hash = `0x${number}`) => ({ number, hash, parentHash: `0x${number - 1}`, transactions: 2, timestamp: START });
