// Socket.IO over WebSocket only; an event carries an object, as is usual there, which the library encodes once for all.
// node socket_io.js PORT REDIS_URL CHANNEL

import { createServer } from "node:http";
import { createClient } from "@redis/client";
import { Server } from "socket.io";

const [port, url, channel] = process.argv.slice(2);
const http = createServer();
const io = new Server(http, { transports: ["websocket"], perMessageDeflate: false, serveClient: false });
const redis = createClient({ url });

await redis.connect();
await redis.subscribe(channel, (message) => io.emit("trade", JSON.parse(message)));
http.listen(Number(port), "127.0.0.1", () => console.log(`Listening on 127.0.0.1:${port}`));
