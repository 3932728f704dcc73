/**
 * Components that name the same url share a connection, which is there while one of them is. A new `options.token`
 * signs in, null signs out.
 *
 * @param {string | URL} [url] without it the provider's connection, or that of the page's own host
 * @param {import("../../protocol.js").ClientOptions} [options]
 * @returns {WebSocketHook}
 */
export function useWebSocket(url?: string | URL, options?: import("../../protocol.js").ClientOptions): WebSocketHook;
export type WebSocketSystem = import("../system.js").WebSocketSystem;
export type SubscriptionOptions = import("../../protocol.js").SubscriptionOptions;
export type Frame = import("../../protocol.js").Frame;
export type ConnectionState = import("../../protocol.js").ConnectionState;
export type Failure = {
    code: string | number;
    message: string;
    channel?: string;
};
export type Shown = {
    state: ConnectionState;
    userId: string | null;
    error: Failure | null;
};
export type WebSocketHook = {
    /**
     * logged in and subscribed again
     */
    connected: boolean;
    /**
     * the same
     */
    isConnected: boolean;
    state: ConnectionState;
    /**
     * who is logged in, as far as the server told
     */
    userId: string | null;
    /**
     * the last one since the last connection or login
     */
    error: Failure | null;
    /**
     * until the component
     * goes, or what it returns is called
     */
    subscribe: (channels: string | string[], options?: SubscriptionOptions) => () => void;
    /**
     * from what this component has subscribed
     */
    unsubscribe: (channels: string | string[]) => void;
    /**
     * until the component goes, or what
     * it returns is called
     */
    onMessage: (type: string, handler: (frame: Frame) => void) => () => void;
    system: WebSocketSystem;
};
