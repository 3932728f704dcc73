/**
 * @param {WebSocketSystem} system
 * @returns {SharedSubscriptions} the connection's
 */
export function subscriptionsOf(system: WebSocketSystem): SharedSubscriptions;
export type WebSocketSystem = import("../system.js").WebSocketSystem;
declare class SharedSubscriptions {
    /** @param {WebSocketSystem} system */
    constructor(system: WebSocketSystem);
    /**
     * @param {string[]} channels
     * @param {import("../../protocol.js").SubscriptionOptions} [options] a channel's first holder's count
     * @returns {() => void} lets go of them; safe to call twice
     */
    acquire(channels: string[], options?: import("../../protocol.js").SubscriptionOptions): () => void;
    /** Ask again for what is held and was refused, as after a login. */
    renew(): void;
    #private;
}
export {};
