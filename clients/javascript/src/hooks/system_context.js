/** Which connection a component's hooks use: of the address that it names, the provider's above it, or the page's own host. */
import { createContext, createElement, useContext, useEffect, useMemo } from "react";
import { sharedConnection } from "./shared_connections.js";

/** @typedef {import("../system.js").WebSocketSystem} WebSocketSystem */
/** @typedef {import("../../protocol.js").ClientOptions} ClientOptions */
/**
 * Where to connect to; without a `url` it is the provider's connection, and without a provider that of the page's own
 * host: `ws://<host>/ws`, `wss:` where the page came by https.
 *
 * @typedef {{url?: string | URL, options?: ClientOptions}} Address
 */

const SystemContext = createContext(/** @type {WebSocketSystem | null} */ (null));

/**
 * Give the hooks of the components below a connection: `system`, which stays its owner's to connect and to end, or the
 * shared one of `url`, which is connected while somebody uses it.
 *
 * @param {Address & {system?: WebSocketSystem, children?: import("react").ReactNode}} properties
 */
export function TidewireProvider({ system, url, options, children }) {
  const shared = useShared(system ? undefined : url, options);
  const value = system ?? shared?.system;
  if (!value) throw new Error("TidewireProvider needs a system or a url");
  return createElement(SystemContext.Provider, { value }, children);
}

/**
 * @param {Address} address
 * @returns {WebSocketSystem}
 * @throws {Error} where there is neither a url nor a provider, and no page either
 */
export function useSystem({ url, options }) {
  const provided = useContext(SystemContext);
  const system = useShared(url ?? (provided ? undefined : pageUrl()), options)?.system ?? provided;
  if (!system) throw new Error("Give the hook a url, or render its component inside a TidewireProvider: there is no page here");
  return system;
}

/** The socket of the page's own host; undefined outside of a browser. */
function pageUrl() {
  const { protocol, host } = globalThis.location ?? {};
  if (!host) return undefined;
  return `${protocol === "https:" ? "wss:" : "ws:"}//${host}/ws`;
}

/**
 * @param {string | URL | undefined} url
 * @param {ClientOptions} [options]
 */
function useShared(url, options) {
  const address = url === undefined ? undefined : String(url);
  const dialect = options?.dialect;
  // The rest of the options counts for the first user of an address alone, and may be a new object in each rendering.
  const shared = useMemo(() => (address === undefined ? null : sharedConnection(address, options)), [address, dialect]);
  const given = Boolean(options && "token" in options);
  useEffect(() => shared?.hold(), [shared]);
  useEffect(() => {
    if (given) shared?.follow(options?.token);
  }, [shared, given, options?.token]);
  return shared;
}
