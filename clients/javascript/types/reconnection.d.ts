/**
 * The wait before an attempt: min(1000 · 2ⁿ, 30000) ms, of which a random half is taken off, so that the
 * clients of a server that restarts do not all return in the same instant.
 *
 * @param {number} attempt attempts that have failed in a row, from 0
 * @param {() => number} [random] uniform in [0, 1)
 * @returns {number} milliseconds
 */
export function reconnectDelay(attempt: number, random?: () => number): number;
/**
 * The wait while a server restarts that said so: short enough for fresh data within 2 s of its return, and spread
 * over a second, so that a thousand clients don't come at once.
 *
 * @param {() => number} [random] uniform in [0, 1)
 * @returns {number} milliseconds, 500 to 1500
 */
export function restartDelay(random?: () => number): number;
/**
 * What a close code asks of the client: `stop` where a new connection would end likewise, `wait` the longest delay first
 * (the server found this client too fast), or `retry` with back-off, after any other code.
 *
 * @param {number} code
 * @param {string} reason
 * @returns {"retry" | "wait" | "stop"}
 */
export function afterClose(code: number, reason: string): "retry" | "wait" | "stop";
/** The attempts in a row of one connection that is to be kept. */
export class Reconnection {
    /**
     * @param {object} [options] times in milliseconds
     * @param {number} [options.maximumAttempts] in a row, before it is given up (without end)
     * @param {(attempt: number) => number} [options.reconnectDelay] the wait before attempt n (from 0)
     * @param {() => number} [options.restartDelay] the wait in the first 30 s after the server said that it restarts;
     *   these attempts don't count towards the maximum
     * @param {number} [options.stableAfter] a connection that lasted so long starts the back-off anew (5 s)
     * @param {() => number} [options.now] a monotonic clock
     */
    constructor(options?: {
        maximumAttempts?: number | undefined;
        reconnectDelay?: ((attempt: number) => number) | undefined;
        restartDelay?: (() => number) | undefined;
        stableAfter?: number | undefined;
        now?: (() => number) | undefined;
    });
    /** Note that there is a connection. */
    opened(): void;
    /** Start anew, as when a person asks for a connection. */
    reset(): void;
    /**
     * Note a loss, or an attempt that failed.
     *
     * @param {number} code the close code; 1006 where there was none
     * @param {string} reason
     * @param {"retry" | "wait" | "stop"} [action] where more is known than the code tells
     * @returns {{attempt: number, delay: number} | null} the next attempt (from 1); null: there is to be none
     */
    next(code: number, reason: string, action?: "retry" | "wait" | "stop"): {
        attempt: number;
        delay: number;
    } | null;
    #private;
}
