/** The rows of positions, open orders, fills and balances: tables on a desktop, cards on a phone. */
import { NOTHING, decimalsOfStep } from "../../shared/format.js";
import { quoteAssetOf } from "../../shared/money.js";
import { element, setData, setText } from "../../shared/painting.js";
import { sideText, statusText, typeText } from "../../shared/trading/order_text.js";
import { exactText, gainOf, timeText, totalText, worthText } from "./trading_text.js";
import { shownZone } from "../../shared/time_zone/shown_zone.js";
import { showTime } from "../../shared/time_zone/time_element.js";

/** @typedef {import("../../../types/trading.js").Balance} Balance */
/** @typedef {import("../../../types/trading.js").OrderFill} OrderFill */
/** @typedef {import("../../../types/trading.js").Order} Order */
/** @typedef {import("../../../types/trading.js").Position} Position */
/** @typedef {import("../../../types/market.js").Symbol} Symbol */

/**
 * @template T
 * @typedef {import("../../shared/steady_rows.js").SteadyRow<T>} SteadyRow
 */

/**
 * @typedef {object} Markets
 * @property {(symbol: string) => Symbol | undefined} infoOf
 * @property {(symbol: string) => string} addressOf where the page shows it
 */

/** What is said of an order that rests no more, where it isn't known what became of it. */
const UNKNOWN_END = "Ended";
const DIRECTIONS = { buy: "up", sell: "down" };

/** @param {Markets} markets @param {(position: Position) => void} close @returns {SteadyRow<Position>} */
export function positionRow(markets, close) {
  const { row, link, cells, action } = newRow(["Quantity", "Average price", "Price", "Worth", "Unrealised gain"], "Close…");
  const [quantity, average, price, worth, gain] = cells;
  /** @type {Position} */
  let shown;
  action.addEventListener("click", () => close(shown));
  return {
    element: row,
    show: (position, hasEnded) => {
      shown = position;
      const { decimals, base, quote } = marketOf(markets, position.symbol);
      showMarket(link, position.symbol, markets);
      setText(quantity, `${exactText(position.quantity)} ${base}`.trim());
      showMean(average, position.averagePrice, decimals);
      setText(price, exactText(position.price, decimals));
      setText(worth, `${worthText(position.price, position.quantity)} ${quote}`.trim());
      const { amount, percent, direction } = gainOf(position, quote);
      setText(gain, `${amount} ${quote} (${percent})`);
      setData(gain, "direction", direction);
      gain.title = exactText(position.unrealizedPnl);
      action.hidden = !markets.infoOf(position.symbol);
      action.setAttribute("aria-label", `Close the position in ${position.symbol}…`);
      showEnd(row, action, hasEnded, "Closed");
    },
  };
}

/**
 * @param {Markets} markets
 * @param {(order: Order, action: HTMLElement) => void} cancel
 * @param {(id: string) => Order | undefined} endedOf what became of an order
 * @returns {SteadyRow<Order>}
 */
export function orderRow(markets, cancel, endedOf) {
  const { row, link, cells, action } = newRow(["Side", "Type", "Price", "Quantity", "Filled", `Changed, ${shownZone().word}`, "Placed by"], "Cancel");
  const [side, type, price, quantity, filled, time, by] = cells;
  const at = element("time");
  time.append(at);
  /** @type {Order} */
  let shown;
  action.addEventListener("click", () => action.getAttribute("aria-disabled") || cancel(shown, action));
  return {
    element: row,
    show: (order, hasEnded) => {
      shown = order;
      const { decimals, base, quote } = marketOf(markets, order.symbol);
      showMarket(link, order.symbol, markets);
      showSide(side, order.side);
      setText(type, typeText(order.type));
      setText(price, orderPrices(order, decimals));
      setText(quantity, order.quoteQuantity === null ? `${exactText(order.quantity)} ${base}` : `${exactText(order.quoteQuantity)} ${quote}`);
      setText(filled, exactText(order.filled));
      showTime(at, order.timestamp, timeText);
      showPlacer(by, order.instance);
      action.hidden = order.instance !== null; // the grid would place it anew
      action.setAttribute("aria-label", `Cancel the order: ${order.side} ${exactText(order.quantity)} ${order.symbol}`);
      const ended = endedOf(order.id);
      showEnd(row, action, hasEnded, ended ? statusText({ status: ended.status, reason: null }) : UNKNOWN_END);
    },
  };
}

/** @param {Markets} markets @returns {SteadyRow<OrderFill>} */
export function fillRow(markets) {
  const { row, link, cells } = newRow([`Time, ${shownZone().word}`, "Side", "Type", "Price", "Quantity", "Worth", "Placed by"]);
  const [time, side, type, price, quantity, worth, by] = cells;
  const at = element("time");
  time.append(at);
  return {
    element: row,
    show: (fill) => {
      const { decimals, base, quote } = marketOf(markets, fill.symbol);
      showMarket(link, fill.symbol, markets);
      showTime(at, fill.time, timeText);
      showSide(side, fill.side);
      setText(type, typeText(fill.type));
      showMean(price, fill.price, decimals);
      setText(quantity, `${exactText(fill.amount)} ${base}`.trim());
      setText(worth, `${worthText(fill.price, fill.amount)} ${quote}`.trim());
      showPlacer(by, fill.instance);
    },
  };
}

/** @returns {SteadyRow<Balance>} */
export function balanceRow() {
  const { row, link, cells } = newRow(["Free", "In orders and grids", "Total"]);
  const [free, locked, total] = cells;
  return {
    element: row,
    show: (balance) => {
      setText(link, balance.asset);
      setText(free, exactText(balance.free));
      setText(locked, exactText(balance.locked));
      setText(total, totalText(balance.free, balance.locked));
    },
  };
}

/** @param {string[]} labels of the cells after the first, as the table's head has them @param {string} [action] what its button says */
function newRow(labels, action) {
  const link = element("a", { class: "symbol" });
  const cells = labels.map((label) => element("td", { role: "cell", "data-label": label }));
  const button = element("button", { type: "button", class: "button" }, action ?? "");
  const last = action ? [element("td", { role: "cell", class: "row-action" }, button)] : [];
  const row = element("tr", { role: "row" }, element("th", { role: "rowheader", scope: "row" }, link), ...cells, ...last);
  return { row, link, cells, action: button };
}

/** @param {Markets} markets @param {string} symbol */
function marketOf({ infoOf }, symbol) {
  const info = infoOf(symbol);
  return { base: info?.base ?? "", quote: info?.quote ?? quoteAssetOf({ symbol }), decimals: info ? decimalsOfStep(info.tickSize) : 0 };
}

/** @param {HTMLElement} link @param {string} symbol @param {Markets} markets */
function showMarket(link, symbol, { addressOf }) {
  setText(link, symbol);
  link.setAttribute("href", addressOf(symbol));
}

/** @param {HTMLElement} cell @param {import("../../../types/trading.js").Side} side */
function showSide(cell, side) {
  setText(cell, sideText(side));
  setData(cell, "direction", DIRECTIONS[side]);
}

/** A mean has up to 16 digits: those beyond the market's are in its title. @param {HTMLElement} cell @param {number} price @param {number} decimals */
function showMean(cell, price, decimals) {
  const exact = exactText(price, decimals);
  setText(cell, decimals ? exactText(price.toFixed(decimals), decimals) : exact);
  cell.title = exact;
}

/** @param {Order} order @param {number} decimals */
function orderPrices({ price, stopPrice }, decimals) {
  const limit = price === null ? "" : exactText(price, decimals);
  if (stopPrice === null) return limit || NOTHING;
  return [`stop ${exactText(stopPrice, decimals)}`, limit].filter(Boolean).join(" → ");
}

/** @param {HTMLElement} cell @param {string | null} instance of a grid; null: by hand */
function showPlacer(cell, instance) {
  if (cell.dataset.instance === String(instance)) return;
  cell.dataset.instance = String(instance);
  cell.replaceChildren(instance === null ? "Hand" : element("a", { href: `/grids/${encodeURIComponent(instance)}/` }, "Grid"));
}

/** @param {HTMLElement} row @param {HTMLElement} action @param {boolean} hasEnded @param {string} words that its button says then */
function showEnd(row, action, hasEnded, words) {
  const hadEnded = row.classList.contains("ended");
  row.classList.toggle("ended", hasEnded);
  action.dataset.words ??= action.textContent ?? "";
  setText(action, hasEnded ? words : action.dataset.words);
  if (hasEnded) action.removeAttribute("aria-label"); // its words say it all
  if (hasEnded) action.setAttribute("aria-disabled", "true");
  else if (hadEnded) action.removeAttribute("aria-disabled"); // else it is disabled by what was asked for with it
}
