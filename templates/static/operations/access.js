/** Whether the reader may see the deployment: the server decides, by what it says to the subscription. */
import { byId } from "../shared/elements.js";
import { setText } from "../shared/painting.js";
import { accessText } from "./access_text.js";

const DECISIVE = "ops.gateways";
/** Answered in this order: once the last is granted, nothing of the others is missed. */
const CHANNELS = ["system.health", "system.exchange", "system.kill_switch", DECISIVE];

/** @typedef {"asking" | "granted" | "refused" | "signed out" | "ended"} AccessState */

export class Access {
  #client;
  #session;
  #part = byId("access");
  #text = byId("access-text");
  #deployment = byId("deployment");
  /** @type {() => void} */
  #forget = () => undefined;
  #hasShown = false;

  /**
   * @param {import("../client/client.js").TidewireClient} client
   * @param {import("../shared/session/session.js").Session} session
   */
  constructor(client, session) {
    this.#client = client;
    this.#session = session;
  }

  /** @param {() => void} forget called when what was shown is not for the next reader's eyes */
  start(forget) {
    this.#forget = forget;
    this.#client.onMessage("subscribed", ({ channel }) => channel === DECISIVE && this.#granted());
    this.#client.on("error", (error) => error.channel === DECISIVE && this.#refused(error));
    this.#session.addEventListener("change", ({ detail }) => this.#changed(detail));
    this.#enter();
  }

  /** Anew with each user: what the last one was refused is asked for again. */
  #enter() {
    if (!this.#session.user) {
      this.#show("signed out");
      return;
    }
    this.#show("asking");
    this.#client.subscribe(CHANNELS);
    this.#client.connect();
  }

  /** @param {import("../../types/session.js").SessionChange} change */
  #changed({ user, reason }) {
    this.#client.disconnect();
    if (!user && reason === "ended") {
      this.#show("ended");
      return;
    }
    this.#leaveNothing();
    this.#enter();
  }

  #granted() {
    this.#hasShown = true;
    this.#show("granted");
  }

  /** @param {{code: string, message: string}} error */
  #refused({ code, message }) {
    this.#leaveNothing();
    this.#show("refused", code === "forbidden" ? "" : message);
  }

  #leaveNothing() {
    this.#hasShown = false;
    this.#forget();
  }

  /**
   * @param {AccessState} state
   * @param {string} [reason] the server's, where it is no matter of rights
   */
  #show(state, reason) {
    document.body.dataset.access = state;
    const text = accessText(state, { username: this.#session.user?.username, hasShown: this.#hasShown, reason });
    this.#part.hidden = !text;
    this.#deployment.hidden = state !== "granted" && !(state === "ended" && this.#hasShown);
    setText(this.#text, text);
  }
}
