/** One frame of the log in full, beside the others: what a row has no room for. */
import { byId } from "../../shared/elements.js";

export class FrameLogDetail {
  #detail = byId("frame-detail");
  #title = byId("frame-detail-title");
  #text = byId("frame-detail-text");
  #closed;

  /** @param {(hadFocus: boolean) => void} closed called when it has closed */
  constructor(closed) {
    this.#closed = closed;
    byId("frame-detail-close").addEventListener("click", () => this.close());
    this.#detail.addEventListener("keydown", ({ key }) => key === "Escape" && this.close());
  }

  /** @param {import("./frame_log.js").LoggedFrame} frame */
  show(frame) {
    const { type, channel } = frame.description;
    this.#title.textContent = [type, channel].filter(Boolean).join(" ");
    this.#text.textContent = frame.indented;
    this.#detail.hidden = false;
  }

  /** Safe to call twice. */
  close() {
    if (this.#detail.hidden) return;
    const hadFocus = this.#detail.contains(document.activeElement);
    this.#detail.hidden = true;
    this.#closed(hadFocus);
  }
}
