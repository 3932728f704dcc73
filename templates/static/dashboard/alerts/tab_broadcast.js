/** What the tabs of this browser tell each other: that something has changed, not what, so that each reads its own. */
import { onceIn } from "../../shared/painting.js";

/** Several changes that follow each other so soon are heard as one. */
export const HEARD_MILLISECONDS = 100;

export class TabBroadcast {
  #channel;

  /** @param {string} name of what changes @param {() => void} heard called when another tab has told of a change */
  constructor(name, heard) {
    this.#channel = new BroadcastChannel(`tidewire.${name}`);
    this.#channel.addEventListener("message", onceIn(HEARD_MILLISECONDS, heard));
  }

  /** Tell the others; this tab doesn't hear it. */
  tell() {
    this.#channel.postMessage("changed");
  }
}
