/**
 * @typedef {object} Command
 * @property {string} text the frame
 * @property {(data: any) => void} resolve
 * @property {(error: Error) => void} reject
 * @property {ReturnType<typeof setTimeout>} timer
 * @property {() => void} leave the signal by which it may be withdrawn is heeded no more
 * @property {boolean} isNew it was never sent
 * @property {boolean} isDue it is to be sent on this connection, or the next
 */
export class Commands {
    /**
     * @param {{commandTimeout: number, queueLimit: number, commandsPerSecond: number, now: () => number}} options
     * @param {(text: string) => void} send
     */
    constructor(options: {
        commandTimeout: number;
        queueLimit: number;
        commandsPerSecond: number;
        now: () => number;
    }, send: (text: string) => void);
    /** How many were never sent. */
    get queued(): number;
    /**
     * @param {string} action
     * @param {object} params
     * @param {number} [timeout] ms; the time in the queue counts
     * @param {string} [id] of one that is given again, once the first is no longer waited for
     * @param {AbortSignal} [signal] withdraws it: it isn't sent again, and rejected with the signal's reason
     * @returns {Promise<any>} the answer's data; rejected with TypeError for an id that is empty, or under way
     */
    call(action: string, params: object, timeout?: number, id?: string, signal?: AbortSignal): Promise<any>;
    /** @param {import("../protocol.js").Frame} response one that nobody waits for any more is no error */
    answered({ id, success, data, error }: import("../protocol.js").Frame): void;
    /** Send what was under way when the last connection was lost, then what has waited, in the order of the calls. */
    opened(): void;
    closed(): void;
    /** @param {Error} error why none of them will be answered */
    rejectAll(error: Error): void;
    #private;
}
export type Command = {
    /**
     * the frame
     */
    text: string;
    resolve: (data: any) => void;
    reject: (error: Error) => void;
    timer: ReturnType<typeof setTimeout>;
    /**
     * the signal by which it may be withdrawn is heeded no more
     */
    leave: () => void;
    /**
     * it was never sent
     */
    isNew: boolean;
    /**
     * it is to be sent on this connection, or the next
     */
    isDue: boolean;
};
