/** The blocks of a chain where some come over the connection while the others are read. */
import { addPart } from "../page_in_node.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Emitter } from "../../../clients/javascript/src/emitter.js";
import { settled } from "../settled.js";
import { AWAY, aRetryLater } from "../unread.js";
import { block, chain } from "./fixtures.js";

for (const part of ["index", "includes/blocks"]) addPart(`../../wallets/${part}.html`);
const { BlockPanel } = await import("../../../templates/static/wallets/blocks/block_panel.js");

const CHAIN = "ethereum";
const chains = /** @type {any} */ ([chain()]);

/** Blocks one after the other, the newest first, as the server answers. */
const downFrom = (newest, count = 20) => Array.from({ length: count }, (_, at) => block(newest - at));

/** @returns what the rows say, from the top */
const shown = () => [...document.querySelectorAll("#block-list li")].map((row) => row.title + (row.classList.contains("retracted") ? " taken back" : ""));
const hashes = (newest, count = 20) => downFrom(newest, count).map(({ hash }) => hash);

/** A panel that follows a chain, whose blocks are read when the test answers. */
function followed() {
  document.getElementById("block-list").replaceChildren(); // those of another panel
  const client = Object.assign(new Emitter(), { messages: new Emitter(), subscribe: () => undefined, unsubscribe: () => undefined });
  const onMessage = (type, handler) => client.messages.on(type, handler);
  const asked = [];
  const requests = { blocks: () => new Promise((resolve, reject) => asked.push({ resolve, reject })) };
  new BlockPanel(/** @type {any} */ (Object.assign(client, { onMessage })), /** @type {any} */ (requests)).show(chains, CHAIN);
  return {
    reconnect: () => client.emit("connected"),
    come: (one, depth = 0) => client.messages.emit("block", { data: { ...one, chain: CHAIN, reorg_depth: depth } }),
    read: async (blocks) => {
      asked.shift().resolve(blocks);
      await settled();
    },
    fail: async () => {
      asked.shift().reject(AWAY);
      await settled();
      await aRetryLater();
    },
  };
}

test("blocks that come while the first are read stand above them", async () => {
  const { come, read } = followed();
  for (const number of [121, 122]) come(block(number));
  await read(downFrom(120));
  assert.deepEqual(shown(), hashes(122));
});

test("what was missed without a connection goes below what has come since, and nothing is taken back", async () => {
  const { come, read, reconnect } = followed();
  await read(downFrom(100));
  reconnect();
  come(block(104));
  await read(downFrom(103));
  assert.deepEqual(shown(), hashes(104));
});

test("so it does where the server couldn't answer at first", async () => {
  const { come, read, fail, reconnect } = followed();
  await read(downFrom(100));
  reconnect();
  come(block(104));
  await fail();
  come(block(105));
  await read(downFrom(104));
  assert.deepEqual(shown(), hashes(105));
});

test("what a reorganisation took back without a connection is said to be, also where the chain is shorter by it", async () => {
  const { read, reconnect } = followed();
  await read(downFrom(100));
  reconnect();
  await read([block(99, "0xb99"), ...downFrom(98, 19)]);
  assert.deepEqual(shown(), ["0xb99", "0x100 taken back", "0x99 taken back", ...hashes(98, 17)]);
  reconnect();
  await read(downFrom(98));
  assert.deepEqual(shown().slice(0, 5), ["0xb99 taken back", "0x100 taken back", "0x99 taken back", ...hashes(98, 2)]);
});

test("a reorganisation that comes while blocks are read counts once, whether what is read knows of it or not", async () => {
  for (const known of [true, false]) {
    const { come, read, reconnect } = followed();
    await read(downFrom(100));
    reconnect();
    come(block(99, "0xb99"), 2);
    await read(known ? [block(100, "0xb100"), block(99, "0xb99"), ...downFrom(98, 18)] : downFrom(100));
    const above = known ? ["0xb100", "0xb99"] : ["0xb99"];
    assert.deepEqual(shown(), [...above, "0x100 taken back", "0x99 taken back", ...hashes(98, 18 - above.length)]);
  }
});
