/**
 * Give the hooks of the components below a connection: `system`, which stays its owner's to connect and to end, or the
 * shared one of `url`, which is connected while somebody uses it.
 *
 * @param {Address & {system?: WebSocketSystem, children?: import("react").ReactNode}} properties
 */
export function TidewireProvider({ system, url, options, children }: Address & {
    system?: WebSocketSystem;
    children?: import("react").ReactNode;
}): import("react").FunctionComponentElement<import("react").ProviderProps<import("../system.js").WebSocketSystem | null>>;
/**
 * @param {Address} address
 * @returns {WebSocketSystem}
 * @throws {Error} where there is neither a url nor a provider, and no page either
 */
export function useSystem({ url, options }: Address): WebSocketSystem;
export type WebSocketSystem = import("../system.js").WebSocketSystem;
export type ClientOptions = import("../../protocol.js").ClientOptions;
/**
 * Where to connect to; without a `url` it is the provider's connection, and without a provider that of the page's own
 * host: `ws://<host>/ws`, `wss:` where the page came by https.
 */
export type Address = {
    url?: string | URL;
    options?: ClientOptions;
};
