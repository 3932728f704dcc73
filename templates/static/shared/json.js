/** JSON that may be none. Pure. */

/** @param {string | null} text a proxy's error page is no JSON; null: nothing is stored @returns {any} null where it is none */
export function jsonOf(text) {
  try {
    return JSON.parse(text ?? "null");
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
