// Node's `ws`, as its README's "Server broadcast"; texts come from Redis as buffers, as `ws` would make them itself.
// node node_ws.js PORT REDIS_URL CHANNEL

import { createClient } from "@redis/client";
import { WebSocket, WebSocketServer } from "ws";

const [port, url, channel] = process.argv.slice(2);
const server = new WebSocketServer({ host: "127.0.0.1", port: Number(port), perMessageDeflate: false });
const redis = createClient({ url });

await redis.connect();
await redis.subscribe(
  channel,
  (message) => {
    for (const client of server.clients) {
      if (client.readyState === WebSocket.OPEN) client.send(message, { binary: false });
    }
  },
  true,
);
console.log(`Listening on 127.0.0.1:${port}`);
