/** @typedef {import("../system.js").WebSocketSystem} WebSocketSystem */
/** @typedef {import("../../protocol.js").Frame} Frame */
/** @typedef {import("../../protocol.js").ConnectionEvents["error"]} Refusal */
/**
 * What channels have told: the data, which of them have told nothing yet, and the last refusal.
 *
 * @template Data
 * @typedef {{data: Data, waiting: Set<string>, error: Refusal | undefined}} Followed
 */
/**
 * @template Data
 * @typedef {object} Following
 * @property {string[]} channels
 * @property {boolean} enabled
 * @property {import("../../protocol.js").SubscriptionOptions} [subscription]
 * @property {boolean} [awaitsData] whether it is loading until data came, or only until the server has agreed
 * @property {(before: Data | undefined) => Data} initial
 * @property {(data: Data, frame: Frame) => Data} apply must return new data
 * @property {(data: Data) => Data} [missed] what stands where events may have been missed, as by a new connection
 */
/**
 * Subscribe to channels, and fold their events into data.
 *
 * @template Data
 * @param {WebSocketSystem} system
 * @param {Following<Data>} following
 * @returns {{data: Data, loading: boolean, error: Refusal | undefined}}
 */
export function useChannels<Data>(system: WebSocketSystem, following: Following<Data>): {
    data: Data;
    loading: boolean;
    error: Refusal | undefined;
};
export type WebSocketSystem = import("../system.js").WebSocketSystem;
export type Frame = import("../../protocol.js").Frame;
export type Refusal = import("../../protocol.js").ConnectionEvents["error"];
/**
 * What channels have told: the data, which of them have told nothing yet, and the last refusal.
 */
export type Followed<Data> = {
    data: Data;
    waiting: Set<string>;
    error: Refusal | undefined;
};
export type Following<Data> = {
    channels: string[];
    enabled: boolean;
    subscription?: import("../../protocol.js").SubscriptionOptions | undefined;
    /**
     * whether it is loading until data came, or only until the server has agreed
     */
    awaitsData?: boolean | undefined;
    initial: (before: Data | undefined) => Data;
    /**
     * must return new data
     */
    apply: (data: Data, frame: Frame) => Data;
    /**
     * what stands where events may have been missed, as by a new connection
     */
    missed?: ((data: Data) => Data) | undefined;
};
