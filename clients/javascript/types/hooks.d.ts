export { useConnectionQuality } from "./hooks/use_connection_quality.js";
export { useNotifications } from "./hooks/use_notifications.js";
export { usePriceSubscription } from "./hooks/use_price_subscription.js";
export { useWebSocket } from "./hooks/use_websocket.js";
export { TidewireProvider, useSystem } from "./hooks/system_context.js";
export { useMessage, useSubscription } from "./hooks/use_messages.js";
export { useBlockSubscription, useTransactionSubscription, useWalletSubscription } from "./hooks/use_wallet_subscription.js";
