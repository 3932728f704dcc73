/** JSON that may be none. Pure. */

/** @param {string} text a proxy's error page is no JSON @returns {any} null where it is none */
export function jsonOf(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
