/** A chain's newest blocks as they come; what a reorganisation takes back stays in the list, marked, for a while. Pure. */
import { formatCount, formatQuantity } from "../../shared/format.js";

/** @typedef {import("../../../types/wallets.js").Block} Block */
/** @typedef {import("../../../types/wallets.js").ListedBlock} ListedBlock */

export const MOST = 20;

/** @param {Block[]} blocks the newest first @returns {ListedBlock[]} */
export function listed(blocks) {
  return blocks.slice(0, MOST).map((block) => ({ ...block, isRetracted: false }));
}

/**
 * @param {readonly ListedBlock[]} blocks the newest first
 * @param {Block & {reorg_depth?: number}} block that has come; those of the chain that are as high or higher are taken
 *   back by it
 * @returns {ListedBlock[]} with it on top; the same where it was there, and nothing is taken back
 */
export function withBlock(blocks, block) {
  const isKnown = blocks.some(({ hash, isRetracted }) => hash === block.hash && !isRetracted);
  if (isKnown && !block.reorg_depth) return [...blocks];
  const others = blocks.filter(({ hash }) => hash !== block.hash);
  const marked = others.map((other) => (other.number >= block.number ? { ...other, isRetracted: true } : other));
  return [{ ...block, isRetracted: false }, ...marked].slice(0, MOST);
}

/**
 * Those that have come while blocks were read may be newer than these, or of these.
 *
 * @param {readonly ListedBlock[]} before those that were listed when the others were asked for
 * @param {readonly Block[]} read the chain's newest, the newest first
 * @param {readonly (Block & {reorg_depth?: number})[]} since those that have come meanwhile, the oldest first
 * @returns {ListedBlock[]} what isn't of the chain that was read is taken back
 */
export function withRead(before, read, since) {
  const hashes = new Set(read.map(({ hash }) => hash));
  const untold = since.slice(since.findLastIndex(({ hash }) => hashes.has(hash)) + 1);
  const highest = read[0]?.number ?? Infinity;
  const known = before.map((block) => (block.number > highest ? { ...block, isRetracted: true } : block));
  const lowest = known.findLast(({ isRetracted }) => !isRetracted)?.number ?? -Infinity;
  const older = listed(read.filter(({ number }) => number < lowest)); // they take nothing back
  const newer = read.filter(({ number }) => number >= lowest).reverse();
  return [...newer, ...untold].reduce(withBlock, [...known, ...older]).slice(0, MOST);
}

/** @param {number} depth how many blocks were taken back @param {number} number of the block that took their place */
export function reorganisationText(depth, number) {
  if (depth < 1) return "";
  const which = depth === 1 ? `block ${formatCount(number)}` : `${formatCount(number)} to ${formatCount(number + depth - 1)}`;
  return `A reorganisation took back ${formatQuantity(depth, "block")}: ${which}. What was in them comes again in other blocks, or not at all.`;
}
