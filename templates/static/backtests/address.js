/** What the page's address names: one backtest, or several to compare. Pure. */

const PAGE = "/backtests/";
const ONE = /^\/backtests\/([\w-]{1,64})\/$/;
const COMPARED = /^#compare=([\w,-]{1,400})$/;
export const MOST_COMPARED = 5;

/** @typedef {{id: string, compared: string[]}} Shown nothing where both are empty */

/** @param {{pathname: string, hash: string}} address @returns {Shown} */
export function shownOf({ pathname, hash }) {
  const compared = COMPARED.exec(hash)?.[1].split(",").filter(Boolean).slice(0, MOST_COMPARED) ?? [];
  if (compared.length > 1) return { id: "", compared };
  return { id: ONE.exec(pathname)?.[1] ?? "", compared: [] };
}

/** @param {Partial<Shown>} shown @returns {string} path and hash */
export function addressOf({ id = "", compared = [] }) {
  if (compared.length > 1) return `${PAGE}#compare=${compared.join(",")}`;
  return id ? `${PAGE}${id}/` : PAGE;
}
