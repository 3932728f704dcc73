/** The reader's clipboard: browsers have none on a page without HTTPS, and may refuse it on any other. */

/** @param {string} text @returns {Promise<boolean>} whether it is copied */
export async function copied(text) {
  if (!navigator.clipboard) return false;
  return navigator.clipboard.writeText(text).then(() => true, () => false);
}
