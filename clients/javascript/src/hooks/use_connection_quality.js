/** How good the connection is, for a component that shows it. */
import { useFollowing } from "./following.js";
import { useSystem } from "./system_context.js";

const CHANGES = /** @type {const} */ (["quality", "connected", "reconnecting", "disconnected"]);

/**
 * Quality (`excellent`, `good`, `fair`, `poor`), and the last, mean and varying round trip in milliseconds; null until
 * one was measured. `missed` counts pings without an answer, `disconnections` connections that were lost.
 *
 * @param {import("./system_context.js").Address} [address]
 * @returns {import("../../protocol.js").Quality}
 */
export function useConnectionQuality(address = {}) {
  const system = useSystem(address);
  return useFollowing(
    () => system.client.quality,
    (change) => {
      const read = () => change(() => system.client.quality);
      for (const name of CHANGES) system.on(name, read);
      return () => {
        for (const name of CHANGES) system.off(name, read);
      };
    },
    [system],
  );
}
