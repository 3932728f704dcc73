/** The wallet that is shown: its address, what it holds, what it held over time, and what came and went. */
import { copied } from "../../shared/output/clipboard.js";
import { byId } from "../../shared/elements.js";
import { formatCount, formatWhole, shortened } from "../../shared/format.js";
import { KeyedRows } from "../../shared/keyed_rows.js";
import { momentText } from "../../shared/moments.js";
import { element, setData, setText } from "../../shared/painting.js";
import { isTemporary } from "../../shared/refusal.js";
import { RetriedRead } from "../../shared/retried_read.js";
import { timeElement } from "../../shared/time_zone/time_element.js";
import { amountText, assetKey, changeText, nameOf } from "../wallet_text.js";
import { BalancePicture } from "./balance_picture.js";

/** @typedef {import("../../../types/wallets.js").Wallet} Wallet */
/** @typedef {import("../../../types/wallets.js").WalletBalance} WalletBalance */
/** @typedef {import("../../../types/wallets.js").Movement} Movement */
/** @typedef {{key: string, movement: Movement}} Listed */

export class WalletPanel {
  #history;
  #picture = new BalancePicture();
  #balances = new KeyedRows(byId("balance-rows"), assetKey, balanceRow);
  #movements = new KeyedRows(byId("movement-rows"), (/** @type {Listed} */ { key }) => key, movementRow);
  /** @type {Wallet | null} */
  #wallet = null;

  /** @param {import("../requests.js").WalletRequests} requests */
  constructor(requests) {
    this.#history = new RetriedRead({
      ask: (/** @type {Wallet} */ { id }) => requests.history(id),
      show: ({ items, total }) => this.#tell(items, total),
      refused: (refusal) => this.#refused(refusal),
    });
    byId("shown-copy").addEventListener("click", () => this.#copy());
  }

  /** @returns {Wallet | null} null: none is shown */
  get wallet() {
    return this.#wallet;
  }

  /** Fulfilled once the history of the wallet that is shown was read, or couldn't be. */
  get whole() {
    return this.#history.whole;
  }

  /** @param {Wallet | null} wallet null: none @param {string} note why none is shown */
  show(wallet, note = "") {
    const isOther = wallet?.id !== this.#wallet?.id;
    this.#wallet = wallet;
    byId("shown").hidden = !wallet;
    byId("shown-problem").hidden = !note;
    setText(byId("shown-problem"), note);
    if (isOther) this.#begin();
    if (!wallet) return;
    setText(byId("shown-title"), nameOf(wallet));
    setText(byId("shown-address"), wallet.address);
    setText(byId("shown-chain"), `on ${wallet.chain}, watched since ${momentText(wallet.created)}`);
    this.#balances.show(wallet.balances);
    setText(byId("balances-note"), wallet.balances.length ? "" : "The chain is being asked what it holds…");
    this.#picture.offer(wallet.balances);
  }

  /** Something came or went, or was taken back: read the history anew. */
  refresh() {
    if (this.#wallet) this.#history.refresh(this.#wallet);
  }

  /** @param {import("../../shared/refusal.js").Refusal} refusal @returns {boolean} whether it is asked anew */
  #refused(refusal) {
    setText(byId("movements-note"), `What came and went can't be read: ${refusal.message}.`);
    return isTemporary(refusal);
  }

  #begin() {
    this.#history.forget();
    setText(byId("shown-copied"), "");
    this.#movements.show([]);
    this.#picture.show([]);
    setText(byId("movements-note"), this.#wallet ? "Loading its history…" : "");
    if (this.#wallet) this.#history.load(this.#wallet);
  }

  /** @param {Movement[]} items the newest first @param {number} total */
  #tell(items, total) {
    this.#movements.show(listed(items));
    this.#picture.show(items);
    const retracted = items.filter((one) => one.retracted).length;
    const more = total > items.length ? `These are the newest ${items.length} of ${formatCount(total)}. ` : "";
    const taken = retracted ? `What is struck through was taken back by a reorganisation: it didn't happen, unless it stands here again.` : "";
    setText(byId("movements-note"), items.length ? `${more}${taken}` : "Nothing has come or gone since it is watched.");
  }

  async #copy() {
    const isCopied = await copied(this.#wallet?.address ?? "");
    setText(byId("shown-copied"), isCopied ? "Copied" : "The browser doesn't let this page copy: mark the address instead");
  }
}

/** @param {WalletBalance} balance */
function balanceRow({ asset, token }) {
  const held = element("td", { class: "number" });
  const block = element("td", { class: "number" });
  const name = element("th", { scope: "row" }, asset);
  if (token) name.append(" ", element("span", { class: "muted", title: token }, shortened(token)));
  return {
    element: element("tr", {}, name, held, block),
    show: (/** @type {WalletBalance} */ balance) => {
      setText(held, amountText(balance.balance, asset));
      setText(block, `${formatWhole(balance.block)}${balance.outdated ? ", changed since" : ""}`);
    },
  };
}

/** @param {Movement[]} movements @returns {Listed[]} those that are alike are numbered */
function listed(movements) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  return movements.map((movement) => {
    const name = JSON.stringify(movement);
    counts.set(name, (counts.get(name) ?? 0) + 1);
    return { key: `${name} ${counts.get(name)}`, movement };
  });
}

/** @param {Listed} item the time that it tells is that of its block */
export function movementRow({ movement }) {
  const { change, asset, counterparty, tx, block, retracted, direction, timestamp } = movement;
  const way = direction === "incoming" ? "from" : "to";
  const what = element("span", { class: "movement-change" }, changeText(change, asset));
  setData(what, "direction", change > 0 ? "up" : change < 0 ? "down" : "flat");
  const other = element("span", { title: counterparty ?? "" }, `${way} ${counterparty ? shortened(counterparty) : "a new contract"}`);
  const where = element("span", { class: "muted", title: tx }, `in block ${formatWhole(block)} at `, timeElement(timestamp), ` · ${shortened(tx)}`);
  const parts = [what, other, where].map((part) => (retracted ? element("s", {}, part) : part));
  const row = element("li", { class: "movement" }, ...parts);
  if (retracted) row.append(element("span", { class: "taken-back" }, "Taken back by a reorganisation"));
  return { element: row, show: () => undefined };
}
