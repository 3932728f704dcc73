// Node's `ws`, as any program would use it: greet, subscribe, ping, be refused, unsubscribe; prints one JSON line.
import WebSocket from "ws";

const socket = new WebSocket(process.argv[2]);
const frames = [];
const seen = (matches) => frames.some(matches);
const send = (message) => socket.send(JSON.stringify(message));

socket.on("message", (data, isBinary) => {
  if (isBinary) throw new Error("a binary frame");
  const frame = JSON.parse(data);
  frames.push(frame);
  if (frame.type === "connected") {
    send({ type: "subscribe", channels: ["price:BTCUSDT", "ticker:ETHUSDT", "klines:SOLUSDT:5m"] });
    send({ type: "ping" });
    send({ type: "subscribe", channels: ["price:INVALID", "portfolio:user123"] });
  }
  const all = ["price", "ticker", "kline", "pong"].every((type) => seen((one) => one.type === type));
  if (all && frame.type !== "unsubscribed") send({ type: "unsubscribe", channels: ["price:BTCUSDT"] });
  if (frame.type === "unsubscribed") socket.close(1000);
});
socket.on("close", (code) => {
  const refusals = frames.filter((frame) => frame.type === "error").map((frame) => frame.data.code);
  console.log(JSON.stringify({ code, types: [...new Set(frames.map((frame) => frame.type))].sort(), refusals }));
});
setTimeout(() => process.exit(1), 20_000).unref();
