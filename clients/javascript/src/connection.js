/** One WebSocket, and its frames, until it is lost or left: once left, nothing of it is told any more. */
import { decodeFrames } from "./frames.js";

export class Connection {
  #options;
  #told;
  #socket;
  #isLeft = false;

  /**
   * @param {URL} address
   * @param {Required<import("../protocol.js").ClientOptions>} options
   * @param {{opened: () => void, received: () => void, frame: (frame: import("../protocol.js").Frame) => void,
   *   unreadable: (error: unknown) => void, failed: (event: {message?: string}) => void,
   *   closed: (code: number, reason: string) => void}} told
   */
  constructor(address, options, told) {
    const { WebSocket, dialect } = options;
    const socket = new WebSocket(address, dialect === "zigquant-v2" ? [dialect] : []);
    this.#options = options;
    this.#told = told;
    this.#socket = socket;
    socket.onopen = told.opened;
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onerror = told.failed;
    socket.onclose = ({ code, reason }) => told.closed(code, reason);
  }

  /** @param {string} text */
  send(text) {
    this.#socket.send(text);
  }

  leave() {
    const socket = this.#socket;
    this.#isLeft = true;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.onerror = () => undefined; // `ws` raises an unhandled one when a handshake is cut short
    socket.close(1000, "Client disconnect");
  }

  /** @param {unknown} payload */
  #receive(payload) {
    this.#told.received();
    for (const frame of this.#decoded(payload)) {
      if (this.#isLeft) return; // a handler has left the connection of which the rest of a batch speaks
      this.#told.frame(frame);
    }
  }

  /** @param {unknown} payload */
  #decoded(payload) {
    try {
      return decodeFrames(payload, this.#options.parse, this.#options.dialect);
    } catch (error) {
      this.#told.unreadable(error);
      return [];
    }
  }
}
