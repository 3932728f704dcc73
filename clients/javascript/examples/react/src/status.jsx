/** Whether there is a connection, and to what. */
import { useWebSocket } from "@tidewire/client/hooks";

const WORDS = {
  connecting: "Connecting…",
  connected: "Live",
  reconnecting: "Connection lost, trying again…",
  disconnected: "Not connected",
};

export function Status({ gateway }) {
  const { state, system } = useWebSocket();
  return (
    <div className="status">
      <code>{gateway}</code>
      <span id="status" role="status" className="pill" data-state={state}>
        {WORDS[state]}
      </span>
      <button type="button" onClick={() => system.reconnect().catch(() => undefined)} disabled={state === "connecting"}>
        Reconnect
      </button>
    </div>
  );
}
