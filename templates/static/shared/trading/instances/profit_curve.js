/** A grid's profit over time, reckoned from its fills and the closes of candles, as the engine reckons it. Pure. */

/** @typedef {import("../../../../types/instances.js").InstanceFill} InstanceFill */
/** @typedef {{time: number, profit: number}} ProfitPoint ms, quote asset */
/** @typedef {{profit: number, position: number, price: number}} Anchor as the server tells them now */

/**
 * Fees are in quote. Where not all fills are known it begins with the oldest that is, so that it ends with what the
 * server tells.
 *
 * @param {InstanceFill[]} fills oldest first
 * @param {{time: number, close: number}[]} candles oldest first
 * @param {object} options
 * @param {number} options.feeRate
 * @param {number} options.length of a candle, ms
 * @param {Anchor | null} options.anchor null: all fills are known
 * @returns {ProfitPoint[]} one for each candle from the first fill on
 */
export function profitCurve(fills, candles, { feeRate, length, anchor }) {
  if (!fills.length) return [];
  let { cash, position } = beginningOf(fills, feeRate, anchor);
  let next = 0;
  const points = [];
  for (const { time, close } of candles) {
    while (next < fills.length && fills[next].time < time + length) {
      const flow = flowOf(fills[next], feeRate);
      cash += flow.cash;
      position += flow.position;
      next += 1;
    }
    if (next) points.push({ time: time + length, profit: cash + position * close });
  }
  return points;
}

/** @param {InstanceFill[]} fills @param {number} feeRate @param {Anchor | null} anchor */
function beginningOf(fills, feeRate, anchor) {
  if (!anchor) return { cash: 0, position: 0 };
  const flows = fills.map((fill) => flowOf(fill, feeRate));
  const sum = (/** @type {"cash" | "position"} */ name) => flows.reduce((all, flow) => all + flow[name], 0);
  return { cash: anchor.profit - anchor.position * anchor.price - sum("cash"), position: anchor.position - sum("position") };
}

/** @param {InstanceFill} fill @param {number} feeRate */
function flowOf({ side, price, amount }, feeRate) {
  const notional = price * amount;
  return side === "buy" ? { cash: -notional * (1 + feeRate), position: amount } : { cash: notional * (1 - feeRate), position: -amount };
}
