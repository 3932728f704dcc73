/** What goes over the page's connection, both ways: counted, and handed to whoever watches. */
import { ConnectionFlow } from "./connection_flow.js";

/** @typedef {{direction: "in" | "out", text: string}} PassingFrame */
/** @typedef {Parameters<WebSocket["send"]>[0]} Payload */

export class ConnectionTraffic {
  received = new ConnectionFlow();
  sent = new ConnectionFlow();
  /** @type {Set<(frame: PassingFrame) => void>} */
  #watchers = new Set();

  /** @param {(frame: PassingFrame) => void} watcher told each text frame, in the order in which they pass */
  watch(watcher) {
    this.#watchers.add(watcher);
  }

  /**
   * @param {typeof WebSocket} Base
   * @returns {typeof WebSocket} for the client's option of that name: a socket whose frames are counted here
   */
  observed(Base) {
    /** @type {(direction: PassingFrame["direction"], payload: Payload) => void} */
    const take = (direction, payload) => this.#take(direction, payload);
    return class ObservedWebSocket extends Base {
      /** @param {ConstructorParameters<typeof WebSocket>} parameters */
      constructor(...parameters) {
        super(...parameters);
        this.addEventListener("message", ({ data }) => take("in", data));
      }

      /** @override @param {Payload} payload */
      send(payload) {
        super.send(payload);
        if (this.readyState === Base.OPEN) take("out", payload); // a closing one has thrown it away
      }
    };
  }

  /** @param {PassingFrame["direction"]} direction @param {Payload} payload */
  #take(direction, payload) {
    const flow = direction === "in" ? this.received : this.sent;
    if (typeof payload !== "string") {
      flow.add("size" in payload ? payload.size : payload.byteLength, performance.now());
      return;
    }
    flow.add(utf8Length(payload), performance.now());
    for (const watcher of this.#watchers) watcher({ direction, text: payload });
  }
}

/**
 * How many bytes a text has on the wire (RFC 3629), without making them: this runs for every frame.
 *
 * @param {string} text
 */
export function utf8Length(text) {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    bytes += unit < 0x800 || isSurrogate(unit) ? 1 : 2; // a pair of surrogates is four bytes
  }
  return bytes;
}

/** @param {number} unit of UTF-16 */
function isSurrogate(unit) {
  return unit >= 0xd800 && unit <= 0xdfff;
}
