/** A server that numbers trades and resumes them, whose connections a test ends where it likes. */
import { once } from "node:events";
import { WebSocketServer } from "ws";
import { frame } from "../market_server.js";

export const CHANNEL = "trades:BTCUSDT";

export class NumberedServer {
  epoch = "a";
  end = 0;
  /** So many trades are kept. */
  keeps = 1000;
  /** Whether it knows of numbers at all. */
  resumes = true;
  /** Trades that are never sent live. */
  loses = new Set();
  /** What each subscription said of the history. */
  asked = [];
  /** After so many resumed frames the connection is cut, once. */
  leavesAfter = Infinity;
  #readers = new Set();
  #logins = new WeakSet();

  get readers() {
    return this.#readers.size;
  }

  static async start() {
    const server = new NumberedServer();
    server.listener = new WebSocketServer({ port: 0, host: "127.0.0.1", path: "/ws" });
    server.listener.on("connection", (socket) => server.#accept(socket));
    await once(server.listener, "listening");
    server.url = `ws://127.0.0.1:${server.listener.address().port}/ws`;
    return server;
  }

  async stop() {
    for (const socket of this.listener.clients) socket.terminate();
    await new Promise((resolve) => this.listener.close(resolve));
  }

  /** @param {number} count of trades to tell */
  tell(count) {
    for (let told = 0; told < count; told += 1) {
      this.end += 1;
      if (!this.loses.has(this.end)) for (const reader of this.#readers) reader.send(this.#trade(this.end));
    }
  }

  cut() {
    for (const socket of this.listener.clients) socket.terminate();
    this.#readers.clear();
  }

  #accept(socket) {
    socket.on("message", (text) => this.#answer(socket, JSON.parse(text)));
    socket.send(frame({ type: "connected", data: { clientId: "ws_1", authenticated: false } }));
  }

  #answer(socket, { type, since }) {
    if (type === "ping") socket.send(frame({ type: "pong" }));
    if (type === "auth") socket.send(frame({ type: "auth_result", ...this.#loggedIn(socket) }));
    if (type === "unsubscribe") this.#readers.delete(socket);
    if (type === "subscribe") {
      this.asked.push(since);
      this.#subscribe(socket, since?.[CHANNEL]);
    }
  }

  /** A connection is one user's: whoever comes next needs another. */
  #loggedIn(socket) {
    if (this.#logins.has(socket)) return { success: false, error: { code: "forbidden", message: "Another user's" } };
    this.#logins.add(socket);
    return { success: true, data: { user_id: "1" } };
  }

  #subscribe(socket, since) {
    socket.send(frame({ type: "subscribed", channel: CHANNEL, ...this.#said(since) }));
    for (let seq = this.#canResume(since) ? since.seq + 1 : Infinity; seq <= this.end; seq += 1) {
      if (this.leavesAfter === 0) {
        this.leavesAfter = Infinity;
        setImmediate(() => socket.terminate());
        return;
      }
      this.leavesAfter -= 1;
      socket.send(this.#trade(seq));
    }
    this.#readers.add(socket);
  }

  #canResume(since) {
    return Boolean(this.resumes && since && since.epoch === this.epoch && this.end - since.seq <= this.keeps);
  }

  #said(since) {
    if (!this.resumes) return {};
    const standing = { epoch: this.epoch, seq: this.end };
    if (!since) return this.end ? standing : {};
    return this.#canResume(since) ? { ...standing, recovered: true } : { ...standing, recovered: false, reason: "too_old" };
  }

  #trade(seq) {
    const numbers = this.resumes ? { epoch: this.epoch, seq } : {};
    return frame({ type: "trade", channel: CHANNEL, data: { tradeId: seq, price: 1 }, ...numbers });
  }
}
