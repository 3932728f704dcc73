/** The addresses of the page: of the default account, and of each by its id. Pure. */

const PAGE = "/accounts/";

/** @param {{pathname: string}} location @returns {string} the id of the account that it names; empty: the default one */
export function accountOf({ pathname }) {
  return decodeURIComponent(pathname.slice(PAGE.length).replace(/\/$/, ""));
}

/** @param {string} id */
export function addressOf(id) {
  return `${PAGE}${encodeURIComponent(id)}/`;
}
