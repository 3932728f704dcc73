/** The addresses of the page: of the first wallet, and of each by its id. Pure. */

const PAGE = "/wallets/";

/** @param {{pathname: string}} location @returns {string} the id of the wallet that it names; empty: the first one */
export function walletOf({ pathname }) {
  return decodeURIComponent(pathname.slice(PAGE.length).replace(/\/$/, ""));
}

/** @param {string} id */
export function addressOf(id) {
  return `${PAGE}${encodeURIComponent(id)}/`;
}
