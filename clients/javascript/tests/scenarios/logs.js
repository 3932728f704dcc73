/** What a client told in the course of a scenario. */

const STATES = ["connecting", "connected", "reconnecting", "disconnected"];

/** Entries in order, of which each search begins behind what the last one found. */
class Log {
  entries = [];
  #next = 0;

  /** @param {(entry: any) => boolean} isIt */
  goOnTo(isIt) {
    const index = this.entries.findIndex((entry, position) => position >= this.#next && isIt(entry));
    if (index >= 0) this.#next = index + 1;
    return index >= 0;
  }
}

export class ScenarioLogs {
  states = new Log();
  errors = new Log();
  /** @type {any[]} events of data, and gaps */
  events = [];
  /** @type {Set<string>} types of frames that their handlers were given */
  messages = new Set();

  /**
   * @param {import("../../src/client.js").TidewireClient} client
   * @param {string[]} types of frames to listen for
   */
  constructor(client, types) {
    for (const name of STATES) client.on(name, () => this.#move(client.state));
    client.on("error", (error) => this.errors.entries.push(error));
    client.on("*", (event) => this.events.push(event));
    client.on("resync", (gap) => this.events.push({ type: "resync", ...gap }));
    for (const type of types) client.onMessage(type, () => this.messages.add(type));
  }

  /** For whoever reads why a step failed. */
  toString() {
    const errors = this.errors.entries.map(({ code, message, channel }) => `${code} ${channel ?? ""} ${message}`);
    const states = this.states.entries.join(", ");
    return `States: ${states}. Errors: ${errors.join("; ") || "none"}. Events: ${this.events.length}.`;
  }

  #move(state) {
    if (this.states.entries.at(-1) !== state) this.states.entries.push(state);
  }
}
