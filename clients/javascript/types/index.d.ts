export { TidewireClient } from "./client.js";
export * from "./errors.js";
export * from "./reconnection.js";
export { StateSync } from "./state_sync.js";
export { createWebSocketSystem } from "./system.js";
