/** A grid in words. Pure. */
import { formatNumber, formatQuantity, formatWhole } from "../../shared/format.js";
import { moneyNumber, quoteAssetOf } from "../../shared/money.js";
import { figuresOf, flatFigure, openOrdersText } from "../../shared/trading/instances/instance_text.js";
import { percentText, text } from "../../shared/typed_numbers.js";

/** @typedef {import("../../../types/grids.js").Grid} Grid */

/** @type {Record<string, string>} */
export const PARAMETER_NAMES = {
  ...{ lower_price: "Lower price", upper_price: "Upper price", grid_count: "Grids", spacing: "Spacing" },
  ...{ investment: "Investment", order_size: "Order size", fee_rate: "Fee", trigger_price: "Trigger" },
  ...{ stop_loss: "Stop loss", take_profit: "Take profit" },
};

/** @param {Pick<Grid, "symbol" | "parameters">} grid */
export function titleOf({ symbol, parameters: { lower_price: lower, upper_price: upper } }) {
  return `${symbol} ${text(lower)} – ${text(upper)}`;
}

/** @param {Grid} grid @param {import("../../../types/instances.js").InstanceMarket} market */
export function gridFigures(grid, market) {
  const price = formatNumber(grid.current_price, market.decimals);
  return figuresOf(grid, market, [flatFigure("Cycles", formatWhole(grid.cycles)), flatFigure("Price", price)]);
}

/** @param {Grid} grid @param {string} account its name, where there are several */
export function rowTexts(grid, account) {
  const counts = [formatQuantity(grid.parameters.grid_count, "grid"), formatQuantity(grid.cycles, "cycle")];
  const more = [account, ...counts, `fees ${moneyNumber(grid.fees, quoteAssetOf(grid))}`, openOrdersText(grid)];
  return { title: titleOf(grid), more: more.filter(Boolean).join(" · ") };
}

/** @param {string} name of a parameter @param {unknown} value @returns {string} for people */
function parameterText(name, value) {
  if (value === null || value === undefined) return "none";
  return name === "fee_rate" ? `${percentText(String(value))}%` : text(value).replaceAll("_", " ");
}

/** @param {Grid} grid @returns {[string, string][]} its parameters, those that it has */
export function parameterRows({ parameters }) {
  const had = Object.entries(parameters).filter(([, value]) => value !== null);
  return had.map(([name, value]) => [PARAMETER_NAMES[name] ?? name, parameterText(name, value)]);
}

/** @param {{updated: Record<string, [unknown, unknown]>, rebuilt: boolean}} change @returns {string[]} sentences */
export function changeSentences({ updated, rebuilt }) {
  const changed = Object.entries(updated).map(([name, [before, after]]) => {
    return `${PARAMETER_NAMES[name] ?? name}: ${parameterText(name, before)} → ${parameterText(name, after)}.`;
  });
  if (!changed.length) return ["Nothing was changed."];
  return [...changed, rebuilt ? "Its lines were drawn anew, and its orders placed again." : "Its lines are as they were."];
}
