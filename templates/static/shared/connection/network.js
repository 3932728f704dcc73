/**
 * That there is no network, or that the connection was lost before the server answered, is said soon: what was asked would
 * wait for an answer without a word. What was given up is never sent again by itself.
 */
import { NO_NETWORK, TIMEOUT, UNREACHABLE, isAnswer, isRefusal } from "../refusal.js";
import { SessionError } from "../session/session_requests.js";

/** So long a connection may be away: mostly it is back by then, and the answer with it. */
const PATIENCE_MILLISECONDS = 5_000;
/** Of the body, by which connection_status.js tells how the connection is. */
const STATES = ["data-connection", "data-feed"];

/** Nothing was sent. Like any failure of a request it is a SessionError, as who asks by HTTP expects. */
export class NoNetworkError extends SessionError {
  /** @param {string} [missing] what there isn't */
  constructor(missing = "network") {
    super(`There is no ${missing}, and nothing was sent`, { code: NO_NETWORK });
    this.name = "NoNetworkError";
  }
}

/** Something was asked, and nobody knows whether it was done. */
export class UnansweredError extends SessionError {
  /** @param {string} why */
  constructor(why) {
    super(`${why}, so it may have been done or not`, { code: UNREACHABLE });
    this.name = "UnansweredError";
  }
}

/**
 * @template Answer
 * @param {(signal: AbortSignal) => Promise<Answer>} ask the server something; `signal` gives it up
 * @param {{byConnection?: boolean}} [options] whether it is sent by the page's connection; else by HTTP, which may do where
 *   there never was a connection
 * @returns {Promise<Answer>}
 * @throws {NoNetworkError} nothing was asked
 * @throws {UnansweredError} it was asked, and nobody knows what became of it
 */
export async function overNetwork(ask, { byConnection = true } = {}) {
  if (!hasNetwork(document.body.dataset, globalThis.navigator?.onLine)) throw new NoNetworkError();
  const loss = new ConnectionLoss(byConnection);
  try {
    return await ask(loss.signal);
  } catch (error) {
    if (!isRefusal(error) || isAnswer(error) || error instanceof UnansweredError) throw error;
    throw new UnansweredError(error.code === TIMEOUT ? "The server hasn't answered in time" : error.message);
  } finally {
    loss.end();
  }
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

/** Whether the connection is lost while something is asked. */
class ConnectionLoss {
  #controller = new AbortController();
  #observer = new MutationObserver(() => this.#look());
  #wasLive = false;
  #byConnection;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {boolean} byConnection */
  constructor(byConnection) {
    this.#byConnection = byConnection;
    this.#observer.observe(document.body, { attributes: true, attributeFilter: STATES });
    this.#look();
  }

  get signal() {
    return this.#controller.signal;
  }

  end() {
    this.#observer.disconnect();
    this.#waitNoMore();
  }

  #look() {
    const { dataset } = document.body;
    if (!hasNetwork(dataset, globalThis.navigator?.onLine)) return this.#lose();
    if (dataset.connection !== "live") return this.#wait();
    this.#wasLive = true;
    this.#waitNoMore();
  }

  #wait() {
    if (this.#wasLive || this.#byConnection) this.#timer ??= setTimeout(() => this.#lose(), PATIENCE_MILLISECONDS);
  }

  #waitNoMore() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #lose() {
    const wasSent = this.#wasLive || !this.#byConnection;
    this.#controller.abort(wasSent ? new UnansweredError("The connection was lost before the server answered") : new NoNetworkError("connection"));
  }
}
