/** Tidewire's client for browsers and Node ≥ 20: the public face of this package. */
export { afterClose, reconnectDelay } from "./backoff.js";
export { ConnectionClosedError, TidewireClient } from "./client.js";
export { UnreadableFrameError } from "./frames.js";
