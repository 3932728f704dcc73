/** How the chart draws the lines of orders and of the position. Pure. */
import { MOST_NAMED, linePrice } from "./line_choice.js";
import { positionText } from "./order_line_text.js";

/** @typedef {import("../../shared/chart/chart_levels.js").DrawnLevel} DrawnLevel */
/** @typedef {{key: string, price: number, look: string, name: string, state: string, cancel: string}} Line `look`: `buy`, `sell` or `position` */

/** The key, and the look, of the position's line. */
export const POSITION = "position";

/** @param {import("../../../types/trading.js").Position} position @param {import("../../../types/market.js").Symbol} info @returns {Line} */
export function lineOfPosition(position, info) {
  return { key: POSITION, price: position.averagePrice, look: POSITION, name: positionText(position, info), state: "", cancel: "" };
}

/**
 * @param {Pick<Line, "key" | "price" | "look" | "state">} line
 * @param {number} index the nearest has the least
 * @returns {DrawnLevel}
 */
export function levelOf({ key, price, look, state }, index) {
  if (look === POSITION) return { key, price, colour: "text", isFaint: false, isSolid: true };
  return { key, price, colour: look === "buy" ? "up" : "down", isFaint: Boolean(state) || index >= MOST_NAMED };
}

/** @param {import("../../../types/trading.js").Order} order of a grid @returns {DrawnLevel} */
export function levelOfGrid(order) {
  return { key: order.id, price: Number(linePrice(order)), colour: order.side === "buy" ? "up" : "down", isFaint: true };
}
