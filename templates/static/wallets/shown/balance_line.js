/** What a wallet held over time, from its movements. Pure. */
import { msOf } from "../../shared/moments.js";
import { assetKey } from "../wallet_text.js";

/** @typedef {{time: number, value: number}} BalancePoint ms since the epoch, units of the asset */

/**
 * @param {import("../../../types/wallets.js").Movement[]} movements the newest first
 * @param {string} key of the asset
 * @param {number | null} [held] what the wallet holds now, where that is known: it has so since the newest movement
 * @returns {BalancePoint[]} the oldest first, from before the first movement; none where nothing is known. What a
 *   reorganisation took back isn't in it, nor what came and went in blocks after which the balance wasn't read
 */
export function balancePoints(movements, key, held = null) {
  const [newest, ...earlier] = movements.filter((one) => assetKey(one) === key && !one.retracted);
  const all = newest ? [{ ...newest, balance: newest.balance ?? held }, ...earlier] : [];
  const known = all.filter(({ balance }) => balance !== null).toReversed();
  const points = known.map(({ timestamp, balance }) => ({ time: msOf(timestamp), value: Number(balance) }));
  if (!points.length) return [];
  return [{ time: points[0].time, value: points[0].value - known[0].change }, ...points];
}

/**
 * @param {BalancePoint[]} points the oldest first
 * @param {number} end ms since the epoch, until which the last one holds
 * @param {{width: number, height: number}} size of the picture
 * @returns {string} the corners of a line that goes up and down where the balance changes, a unit away from the edges
 */
export function stepCorners(points, end, { width, height }) {
  const [start, last] = [points[0].time, Math.max(end, (points.at(-1)?.time ?? 0) + 1)];
  const values = points.map(({ value }) => value);
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  const x = (/** @type {number} */ time) => ((width * (time - start)) / (last - start)).toFixed(1);
  const y = (/** @type {number} */ value) => (highest === lowest ? height / 2 : 1 + (height - 2) * (1 - (value - lowest) / (highest - lowest))).toFixed(1);
  const corners = points.flatMap(({ time, value }, index) => (index ? [`${x(time)},${y(points[index - 1].value)}`, `${x(time)},${y(value)}`] : [`${x(time)},${y(value)}`]));
  return [...corners, `${x(last)},${y(values.at(-1) ?? 0)}`].join(" ");
}
