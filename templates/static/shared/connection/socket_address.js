/** @returns {URL} where the page's own server takes sockets */
export function socketAddress() {
  const address = new URL("/ws", location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  return address;
}
