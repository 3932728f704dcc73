/** The keys of what a reader asks for: sent again under the same key, the server does it once. */

const BYTES = 16;

/** @returns {string} of an order (`client_order_id`) or a command (`id`) that a reader is about to send */
export function newRequestKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES)); // `randomUUID` is for pages over TLS alone
  return `web-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
