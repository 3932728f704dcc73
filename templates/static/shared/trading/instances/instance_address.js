/** The address of a page of one's grids or strategies, which names one of them, or none: `/grids/`, `/grids/<id>/`. Pure. */

/** @param {string} page its address where it names none */
export function instanceAddress(page) {
  const one = new RegExp(`^${page}([\\w-]{1,64})/$`);
  return {
    /** @param {{pathname: string}} address @returns {string} the id that it names; empty: a new one is planned */
    idOf: ({ pathname }) => one.exec(pathname)?.[1] ?? "",
    /** @param {string} id or empty */
    addressOf: (id) => (id ? `${page}${id}/` : page),
  };
}
