/**
 * Quality (`excellent`, `good`, `fair`, `poor`), and the last, mean and varying round trip in milliseconds; null until
 * one was measured. `missed` counts pings without an answer, `disconnections` connections that were lost.
 *
 * @param {import("./system_context.js").Address} [address]
 * @returns {import("../../protocol.js").Quality}
 */
export function useConnectionQuality(address?: import("./system_context.js").Address): import("../../protocol.js").Quality;
