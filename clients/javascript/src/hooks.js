/**
 * React hooks on Tidewire's client. Components that name the same url share one connection, which ends with the last of
 * them; those below a `TidewireProvider` use its. However fast events come, components render at most once a frame.
 */
export { TidewireProvider, useSystem } from "./hooks/system_context.js";
export { useConnectionQuality } from "./hooks/use_connection_quality.js";
export { useMessage, useSubscription } from "./hooks/use_messages.js";
export { useNotifications } from "./hooks/use_notifications.js";
export { usePriceSubscription } from "./hooks/use_price_subscription.js";
export { useBlockSubscription, useTransactionSubscription, useWalletSubscription } from "./hooks/use_wallet_subscription.js";
export { useWebSocket } from "./hooks/use_websocket.js";
