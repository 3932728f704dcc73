/** Tidewire's client for browsers and Node ≥ 20: the public face of this package. */
export { afterClose, reconnectDelay } from "./backoff.js";
export { TidewireClient } from "./client.js";
export { ConnectionClosedError } from "./connection_closed_error.js";
export { UnreadableFrameError } from "./frames.js";
