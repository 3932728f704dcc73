/** That there is no network is said at once: a command would wait for one without a word. */

export class NoNetworkError extends Error {
  code = "no_network";

  constructor() {
    super("There is no network, and nothing was sent");
    this.name = "NoNetworkError";
  }
}

/**
 * @template Answer
 * @param {() => Promise<Answer>} ask the server something
 * @returns {Promise<Answer>}
 * @throws {NoNetworkError} nothing was asked
 */
export async function overNetwork(ask) {
  if (!hasNetwork(document.body.dataset, globalThis.navigator?.onLine)) throw new NoNetworkError();
  return ask();
}

/**
 * The browser may have none where the connection, such as one to this machine, goes on.
 *
 * @param {{connection?: string, feed?: string}} page what connection_status.js says of it
 * @param {boolean | undefined} isOnline as the browser says
 */
export function hasNetwork({ connection, feed }, isOnline = true) {
  return isOnline || (connection === "live" && feed !== "offline");
}
