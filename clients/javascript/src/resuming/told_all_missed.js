/** Waiting until a new connection has told what was missed on channels, but not for ever. */

/** In ms. */
const LONGEST_WAIT = 10_000;

/**
 * @param {import("../../state.js").StateConnection} connection
 * @param {readonly string[]} [channels]
 * @returns {Promise<boolean>} false where something is missing, or it takes too long
 */
export async function toldAllMissed(connection, channels = []) {
  if (!connection.resumed) return false;
  /** @type {any} */
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, LONGEST_WAIT, false)));
  const isWhole = await Promise.race([connection.resumed([...channels]), late]);
  clearTimeout(timer);
  return isWhole;
}
