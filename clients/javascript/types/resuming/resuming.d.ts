export class Resuming {
    /** @param {import("../subscriptions.js").Subscriptions} wanted all places of other names are of channels below patterns */
    constructor(wanted: import("../subscriptions.js").Subscriptions);
    /** @type {Set<string>} those of the awaited of which frames of before the answer may still come */
    recovering: Set<string>;
    /** Note that there is another connection, or none: nothing was asked on it. */
    opened(): void;
    /** @param {string[]} channels to forget, and of a wildcard all that it matches and nothing hears any more that is wanted */
    forget(channels: string[]): void;
    /** Somebody else reads now. */
    forgetAll(): void;
    /**
     * What a `subscribe` frame for these channels says of the history; the answer to each position that it names is awaited.
     *
     * @param {string[]} channels
     * @returns {{since?: Record<string, Position>}}
     */
    asks(channels: string[]): {
        since?: Record<string, Position>;
    };
    /**
     * What a frame is: new to the program, which is noted as handed over; a double, which it is not to hear; or behind a
     * gap, which isn't noted: it comes again with what is missing, or is accepted.
     *
     * @param {Frame} frame
     * @param {number} now ms since the epoch
     * @returns {"new" | "double" | "gap"}
     */
    take({ type, channel, epoch, seq }: Frame, now: number): "new" | "double" | "gap";
    /**
     * @param {string} channel
     * @param {Position} position of the event that the program is handed
     * @param {number} now
     */
    accept(channel: string, position: Position, now: number): void;
    /**
     * Whether to ask for what is missing before a frame of `epoch`; false where that was tried too often.
     *
     * @param {string} channel
     * @param {string} epoch
     * @param {number} now monotonic, ms
     */
    recover(channel: string, epoch: string, now: number): boolean;
    /**
     * What is to be told of a channel of which events can't be brought.
     *
     * @param {string} channel
     * @param {string} reason
     * @param {number} now
     * @returns {Loss}
     */
    lost(channel: string, reason: string, now: number): Loss;
    /**
     * Whether events were told on a channel that was silent when it was acknowledged, all of them while there was no
     * connection: they are to be asked for by `recover`.
     *
     * @param {string} channel
     * @param {{seq?: number}} told the answer to a `subscribe`
     */
    began(channel: string, { seq }: {
        seq?: number;
    }): boolean;
    /**
     * Take the answer to a `subscribe`. A server without the feature says nothing of the history: then it is as if
     * nobody had asked.
     *
     * @param {string} channel
     * @param {{recovered?: boolean, reason?: string, epoch?: string, seq?: number}} told
     * @param {number} now
     * @returns {Loss | null} what is to be told of a channel that was not recovered
     */
    answered(channel: string, { recovered, reason, epoch, seq }: {
        recovered?: boolean;
        reason?: string;
        epoch?: string;
        seq?: number;
    }, now: number): Loss | null;
    /**
     * Await no more what an answer leaves out below its patterns: the server resumes nothing that it takes the client to hear.
     *
     * @param {string[]} named
     * @param {number} now
     * @returns {Loss[]} what is to be told of those behind a gap
     */
    leftOut(named: string[], now: number): Loss[];
    /**
     * The server takes no position of those that were asked for: forget them.
     *
     * @param {number} now
     * @returns {Loss[]} what is to be told
     */
    refused(now: number): Loss[];
    /**
     * Whether this connection has told all that was missed on these channels; null while it still may. Of a pattern it
     * never has: nobody knows which channels began meanwhile.
     *
     * @param {string[]} channels
     */
    outcome(channels: string[]): boolean | null;
    #private;
}
/**
 * the number of an event in the history of its channel
 */
export type Position = {
    epoch: string;
    seq: number;
};
export type Frame = import("../../protocol.js").Frame;
/**
 * what was missed since then (ms) can't be told
 */
export type Loss = {
    channel: string;
    reason: string;
    since: number;
};
