// Node's `ws`, telling every frame as it came. Its one argument is JSON: {url, protocols, first, repeated, every, seconds}:
// `first` is sent once it is open, `repeated` every `every` seconds. A line for each frame: {"at": ms, "text": frame}.
import WebSocket from "ws";

const { url, protocols, first, repeated, every, seconds } = JSON.parse(process.argv[2]);
const socket = new WebSocket(url, protocols);
const tell = (told) => process.stdout.write(`${JSON.stringify({ at: Date.now(), ...told })}\n`);

socket.on("open", () => {
  for (const message of first) socket.send(JSON.stringify(message));
  setInterval(() => repeated.forEach((message) => socket.send(JSON.stringify(message))), every * 1000).unref();
  setTimeout(() => socket.close(1000), seconds * 1000);
});
socket.on("message", (data, isBinary) => {
  const text = data.toString();
  tell({ text, isBinary });
  if (protocols.length && JSON.parse(text).type === "ping") socket.send('{"type":"pong"}');
});
socket.on("close", (code, reason) => tell({ closed: code, reason: reason.toString() }));
