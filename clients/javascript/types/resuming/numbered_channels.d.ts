export class NumberedChannels {
    /**
     * @param {import("../subscriptions.js").Subscriptions} subscriptions
     * @param {Required<import("../../protocol.js").ClientOptions>} options
     * @param {(frame: object) => void} send
     * @param {(resync: Resync) => void} tell is told what nobody can bring
     */
    constructor(subscriptions: import("../subscriptions.js").Subscriptions, options: Required<import("../../protocol.js").ClientOptions>, send: (frame: object) => void, tell: (resync: Resync) => void);
    /** @param {string[]} channels to ask for, from where the program stands on them */
    subscribe(channels: string[]): void;
    /** @param {string[]} channels that are wanted no more: something else that is wanted may hear them */
    unsubscribed(channels: string[]): void;
    /** @param {string[]} channels */
    forget(channels: string[]): void;
    /** Somebody else reads now, whom nobody owes what the former has missed. */
    forgetAll(): void;
    /** The connection is gone. */
    closed(): void;
    /**
     * Whether the program is to be handed a frame: it hears nothing twice, and nothing before its turn.
     *
     * @param {Frame} frame
     */
    isNew(frame: Frame): boolean;
    /**
     * Take what a frame says of subscriptions, once the program has been handed it.
     *
     * @param {Frame} frame
     */
    handled(frame: Frame): void;
    /**
     * @param {string[]} channels
     * @returns {Promise<boolean>} as the client's
     */
    resumed(channels: string[]): Promise<boolean>;
    #private;
}
export type Frame = import("../../protocol.js").Frame;
export type Resync = import("../../protocol.js").Resync;
