/**
 * The chart on all of the screen, under the headline: over all of the page, and the page on all of the screen where the
 * browser can do that (a phone's may not), so that dialogs and notices still lie on it. It ends where the focus goes to
 * what it covers: nobody is to type into a form that can't be seen.
 */
import { byId } from "../../../shared/elements.js";
import { setText } from "../../../shared/painting.js";

/** What lies on it, or beside it. */
const IN_SIGHT = "#chart, #quote, dialog, [popover], .toasts, .account-note";
const WORDS = { true: "Leave the full screen", false: "Full screen" };

export class FullScreen {
  #panel = byId("chart");
  #button = byId("full-screen", "button");
  /** The browser takes its time to enter and to leave: one after the other. */
  #turn = Promise.resolve();
  /** It leaves since the page has asked it to; what it tells of that may come when the reader has entered once more. */
  #isLeaving = false;

  constructor() {
    this.#button.addEventListener("click", () => this.toggle());
    document.addEventListener("fullscreenchange", () => document.fullscreenElement || this.#left());
    document.addEventListener("keydown", (event) => this.#press(event));
    document.addEventListener("focusin", ({ target }) => this.#isShown && this.#leaveTo(/** @type {Element} */ (target)));
    byId("ticket-open").addEventListener("click", (event) => this.#isShown && this.#showTicket(event));
  }

  toggle() {
    const isWanted = !this.#isShown;
    this.#show(isWanted);
    const change = () => (isWanted ? this.#enter() : this.#leave());
    this.#turn = this.#turn.then(change, change); // whatever became of the one before
  }

  async #enter() {
    await isGranted(() => document.documentElement.requestFullscreen?.());
    if (document.fullscreenElement) this.#isLeaving = false;
  }

  async #leave() {
    this.#isLeaving = document.fullscreenElement !== null;
    if (this.#isLeaving && !(await isGranted(() => document.exitFullscreen()))) this.#isLeaving = false;
  }

  #left() {
    if (!this.#isLeaving) this.#show(false);
    this.#isLeaving = false;
  }

  /** @param {Element} focused */
  #leaveTo(focused) {
    if (!focused.closest(IN_SIGHT)) this.toggle();
  }

  /** The ticket stands beside the chart: open it was covered, and its button is not to close it. @param {Event} event */
  #showTicket(event) {
    this.toggle();
    if (document.documentElement.dataset.ticket === "open") event.stopImmediatePropagation();
  }

  get #isShown() {
    return "fullScreen" in this.#panel.dataset;
  }

  /** @param {boolean} isWanted */
  #show(isWanted) {
    this.#panel.toggleAttribute("data-full-screen", isWanted);
    this.#button.setAttribute("aria-pressed", String(isWanted));
    setText(this.#button, WORDS[`${isWanted}`]);
  }

  /** The browser itself leaves its full screen; where it has none, the key is ours. @param {KeyboardEvent} event */
  #press({ key, defaultPrevented }) {
    const isMeant = key === "Escape" && !defaultPrevented && !document.querySelector("dialog[open]");
    if (isMeant && this.#isShown) this.toggle();
  }
}

/** @param {() => Promise<void> | undefined} change @returns {Promise<boolean>} false: the browser refuses; the chart lies over all of the page all the same */
async function isGranted(change) {
  try {
    await change();
    return true;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // so the Fullscreen API refuses
    return false;
  }
}
