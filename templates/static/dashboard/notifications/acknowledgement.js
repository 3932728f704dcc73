/** The server is told which notifications the reader can have seen; what it doesn't take is told it again. */
import { onceIn } from "../../shared/painting.js";
import { isRefusal } from "../../shared/refusal.js";
import { Turns } from "../../shared/turns.js";

/** One acknowledgement stands for all before it. */
const SOON_MILLISECONDS = 400;
/** After one that failed: a server that is short of breath, or a connection that takes longer to come back. */
const AGAIN_MILLISECONDS = 5_000;

export class Acknowledgement {
  #client;
  /** The largest number that was shown and not acknowledged; 0: none. */
  #seen = 0;
  /** Who is signed in; each ends the one before. */
  #readers = new Turns();
  #tellSoon = onceIn(SOON_MILLISECONDS, () => this.#tell());
  #tellAgain = onceIn(AGAIN_MILLISECONDS, () => this.#tell());

  /** @param {{command: (action: string, params: object) => Promise<unknown>}} client */
  constructor(client) {
    this.#client = client;
    // Who looks at another tab has not seen it, and is to be told by the next channel.
    document.addEventListener("visibilitychange", () => this.#tellSoon());
  }

  /** @param {number} seq of a notification that is shown */
  shown(seq) {
    this.#seen = Math.max(this.#seen, seq);
    this.#tellSoon();
  }

  /** Forget what was shown to whoever has left. */
  forget() {
    this.#readers.begin();
    this.#seen = 0;
  }

  async #tell() {
    const seq = this.#seen;
    if (!seq || document.hidden) return;
    const isSameReader = this.#readers.current();
    this.#seen = 0;
    try {
      await this.#client.command("notifications.ack", { seq });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (!isSameReader()) return;
      this.#seen = Math.max(this.#seen, seq);
      this.#tellAgain();
    }
  }
}
