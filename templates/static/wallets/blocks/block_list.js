/** A chain's newest blocks as they come; what a reorganisation takes back stays in the list, marked, for a while. Pure. */
import { formatCount, formatQuantity } from "../../shared/format.js";

/** @typedef {import("../../../types/wallets.js").Block} Block */
/** @typedef {import("../../../types/wallets.js").ListedBlock} ListedBlock */

const MOST = 20;

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

/** @param {number} depth how many blocks were taken back @param {number} number of the block that took their place */
export function reorganisationText(depth, number) {
  if (depth < 1) return "";
  const which = depth === 1 ? `block ${formatCount(number)}` : `${formatCount(number)} to ${formatCount(number + depth - 1)}`;
  return `A reorganisation took back ${formatQuantity(depth, "block")}: ${which}. What was in them comes again in other blocks, or not at all.`;
}
