/** Tidewire's client for browsers and Node ≥ 20: the public face of this package. */
export { TidewireClient } from "./client.js";
export * from "./errors.js";
export * from "./reconnection.js";
export { StateSync } from "./state_sync.js";
export { createWebSocketSystem } from "./system.js";
