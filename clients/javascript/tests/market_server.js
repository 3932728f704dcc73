/** A server on a loopback socket that speaks as much of `/ws`'s protocol as the client's tests need. */
import { once } from "node:events";
import { WebSocketServer } from "ws";

const TIME = "2024-12-06T12:00:00.000Z";

export class MarketServer {
  /** Every connection that ever came, oldest first: {socket, received, subscribed}. */
  connections = [];
  /** Channel → the code and message that refuse it. */
  refusals = new Map();
  /** The address of every handshake that came, refused ones among them. */
  handshakes = [];
  /** The HTTP status by which handshakes are refused; 101 accepts them. */
  handshakeStatus = 101;
  welcomes = true;
  answersPings = true;
  /** What answers each `auth`, in order; undefined, or none left: silence. */
  loginAnswers = [];

  /** @param {number} [port] 0 for a free one */
  static async start(port = 0) {
    const server = new MarketServer();
    const verifyClient = ({ req }, decide) => server.#decide(req, decide);
    server.listener = new WebSocketServer({ port, host: "127.0.0.1", path: "/ws", verifyClient });
    server.listener.on("connection", (socket) => server.#accept(socket));
    await once(server.listener, "listening");
    server.port = server.listener.address().port;
    return server;
  }

  get url() {
    return `ws://127.0.0.1:${this.port}/ws`;
  }

  get last() {
    return this.connections.at(-1);
  }

  /** Cut every connection without a close frame, and listen no more. */
  async stop() {
    for (const { socket } of this.connections) socket.terminate();
    await new Promise((resolve) => this.listener.close(resolve));
  }

  /** Send a data frame to whoever subscribed to its channel. */
  publish(channel, type, data) {
    for (const { socket, subscribed } of this.connections) {
      if (subscribed.has(channel)) socket.send(frame({ type, channel, symbol: data.symbol, data }));
    }
  }

  #decide({ url }, decide) {
    this.handshakes.push(url);
    decide(this.handshakeStatus === 101, this.handshakeStatus);
  }

  #accept(socket) {
    const connection = { socket, received: [], subscribed: new Set() };
    this.connections.push(connection);
    socket.on("message", (text) => this.#answer(connection, JSON.parse(text)));
    if (this.welcomes) {
      socket.send(frame({ type: "connected", data: { clientId: "ws_1", authenticated: false, timestamp: TIME } }));
    }
  }

  #answer(connection, message) {
    connection.received.push(message);
    if (message.type === "ping" && this.answersPings) connection.socket.send(frame({ type: "pong" }));
    const answer = message.type === "auth" && this.loginAnswers.shift();
    if (answer) connection.socket.send(frame({ type: "auth_result", ...answer }));
    for (const channel of message.channels ?? []) this.#acknowledge(connection, message.type, channel);
  }

  #acknowledge({ socket, subscribed }, type, channel) {
    const refusal = type === "subscribe" && this.refusals.get(channel);
    if (refusal) {
      socket.send(frame({ type: "error", channel, data: refusal }));
      return;
    }
    if (type === "subscribe") subscribed.add(channel);
    else subscribed.delete(channel);
    socket.send(frame({ type: `${type}d`, channel }));
  }
}

/** @param {object} fields */
export function frame(fields) {
  return JSON.stringify({ ...fields, timestamp: TIME });
}
