/** What a grid or a strategy has bought and sold: of the orders that are listed, and of events. Pure. */
import { msOf } from "../../moments.js";

/** @typedef {import("../../../../types/instances.js").InstanceFill} InstanceFill */
/** @typedef {import("../../../../types/instances.js").Order} Order */

/** @param {Order[]} orders @returns {InstanceFill[]} oldest first; of an order that was filled in parts one, at its mean price */
export function fillsOf(orders) {
  const filled = orders.filter(({ filled: amount, averagePrice: price }) => amount > 0 && price !== null);
  const fills = filled.map(({ id, timestamp, side, averagePrice, filled: amount }) => {
    return { order: id, time: msOf(timestamp), side, price: Number(averagePrice), amount };
  });
  return fills.sort((one, other) => one.time - other.time);
}

/** @param {Order[]} open @returns {{price: number, side: import("../../../../types/instances.js").Side}[]} what rests, at its prices */
export function restingOf(open) {
  return open.filter(({ price }) => price !== null).map(({ price, side }) => ({ price: Number(price), side }));
}
