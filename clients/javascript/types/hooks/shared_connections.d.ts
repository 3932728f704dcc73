/**
 * The connection to an address. It connects when it is first held.
 *
 * @param {string | URL} url
 * @param {ClientOptions} [options] those of the first who asks for the address and the dialect count
 */
export function sharedConnection(url: string | URL, options?: ClientOptions): SharedConnection;
export class SharedConnection {
    /**
     * @param {string} key
     * @param {WebSocketSystem} system
     * @param {ClientOptions["token"]} token
     */
    constructor(key: string, system: WebSocketSystem, token: ClientOptions["token"]);
    system: import("../system.js").WebSocketSystem;
    /** @returns {() => void} lets go of it */
    hold(): () => void;
    /**
     * Sign in or out where the token is another one now. A function is asked by the client itself, so that a new one
     * in its place changes nothing.
     *
     * @param {ClientOptions["token"]} token
     */
    follow(token: ClientOptions["token"]): void;
    /** End unless somebody holds it soon. */
    linger(): void;
    #private;
}
export type WebSocketSystem = import("../system.js").WebSocketSystem;
export type ClientOptions = import("../../protocol.js").ClientOptions;
