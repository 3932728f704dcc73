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
 * @throws {Error} where there is neither a url nor a provider
 */
export function useSystem({ url, options }: Address): WebSocketSystem;
export type WebSocketSystem = import("../system.js").WebSocketSystem;
export type ClientOptions = import("../../protocol.js").ClientOptions;
/**
 * Where to connect to; without a `url` it is the provider's connection.
 */
export type Address = {
    url?: string | URL;
    options?: ClientOptions;
};
