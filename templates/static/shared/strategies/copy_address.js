/** The addresses by which a backtest goes live, and by which a live run is laid over a backtest. Pure. */

const PAGE = "/strategies/";
const NAME = "backtest_id";
const ID = /^[\w-]{1,64}$/;

/** @param {string} backtest its id @returns {string} the page of strategies with its form as the backtest was */
export function startAddress(backtest) {
  return `${PAGE}?${new URLSearchParams({ [NAME]: backtest })}`;
}

/** @param {string} strategy its id @param {string} backtest its id @returns {string} the page of a live run, beside the backtest */
export function comparisonAddress(strategy, backtest) {
  return `${PAGE}${strategy}/?${new URLSearchParams({ [NAME]: backtest })}`;
}

/** @param {{search: string}} address @returns {string} the backtest's id; empty: none is named */
export function backtestOf({ search }) {
  const id = new URLSearchParams(search.slice(0, 1_000)).get(NAME) ?? "";
  return ID.test(id) ? id : "";
}
