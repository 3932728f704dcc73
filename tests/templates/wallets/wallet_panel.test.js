import assert from "node:assert/strict";
import { test } from "node:test";
import { HeldServer, giveToken, signIn } from "../held_server.js";
import { addPart } from "../page_in_node.js";
import { settled } from "../settled.js";

addPart("../../wallets/includes/shown.html");
const { AccessToken } = await import("../../../templates/static/shared/session/access_token.js");
const { Session } = await import("../../../templates/static/shared/session/session.js");
const { WalletRequests } = await import("../../../templates/static/wallets/requests.js");
const { WalletPanel } = await import("../../../templates/static/wallets/shown/wallet_panel.js");

const WALLET = /** @type {any} */ ({ id: "wallet_a", address: "0xa", chain: "simulated", label: "Savings", created: 0, balances: [], tokens: [] });
const NOTHING_KEPT = { read: () => null, write: () => undefined, clear: () => undefined, watch: () => undefined };
const HISTORY = "GET wallet_a/history/";

test("it is whole once the newest history is there, also where something came while the first one was read", async () => {
  const server = new HeldServer();
  const session = new Session({ store: NOTHING_KEPT });
  await signIn(server, session, "ann");
  const panel = new WalletPanel(new WalletRequests(new AccessToken(session)));
  panel.show(WALLET);
  const whole = panel.whole.then(() => document.getElementById("movements-note").textContent);
  await giveToken(server, "ann");
  const first = await server.asked(HISTORY);
  panel.refresh();
  first.answer({ items: [], total: 0 });
  const second = await server.asked(HISTORY);
  second.answer({ items: [], total: 0 });
  assert.equal(await whole, "Nothing has come or gone since it is watched.");
});

test("it says that an address can't be copied where the page has no clipboard, as it came without HTTPS", async () => {
  Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  const requests = /** @type {any} */ ({ history: async () => ({ items: [], total: 0 }) });
  new WalletPanel(requests).show(WALLET);
  document.getElementById("shown-copy").click();
  await settled();
  assert.equal(document.getElementById("shown-copied").textContent, "The browser doesn't let this page copy: mark the address instead");
});
