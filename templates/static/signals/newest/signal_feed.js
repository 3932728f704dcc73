/** The public signals as they come: read by REST, then live, and read again when one of them may have been judged. */
import { ChannelSet } from "../../shared/channels/channel_set.js";
import { onceIn } from "../../shared/painting.js";
import { isRefusal } from "../../shared/refusal.js";
import { Turns } from "../../shared/turns.js";
import { MOST_LIVE, liveSignal, merged, readAgainIn } from "./signal_list.js";

/** @typedef {import("../../../types/signals.js").PublicSignal} PublicSignal */

const NEWS_MILLISECONDS = 1_000;
const channelOf = (/** @type {string} */ symbol) => `signals:${symbol}`;

export class SignalFeed {
  #requests;
  #told;
  #channels;
  #turns = new Turns();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #news = onceIn(NEWS_MILLISECONDS, () => this.load());
  /** @type {PublicSignal[]} */
  #signals = [];
  /** @type {PublicSignal[]} which came since the last list was asked for */
  #live = [];
  /** @type {string[]} */
  #symbols = [];
  #isComplete = true;
  #isOn = false;

  /**
   * @param {import("../../client/client.js").TidewireClient} client
   * @param {import("../requests.js").SignalRequests} requests
   * @param {object} told
   * @param {(signals: PublicSignal[], symbols: string[], complete: boolean) => void} told.signals
   * @param {(records: import("../../../types/signals.js").SignalRecords) => void} told.records
   * @param {(problem: string) => void} told.refused
   */
  constructor(client, requests, told) {
    this.#requests = requests;
    this.#told = told;
    this.#channels = new ChannelSet(client);
    client.onMessage(/** @type {string} */ ("signal"), (/** @type {any} */ { data }) => this.#came(data));
    client.on("resync", ({ channel }) => this.#channels.has(channel) && this.load());
    client.on("connected", () => this.load());
  }

  /** Let nobody see what was shown: somebody else may have come. */
  forget() {
    this.#isOn = false;
    this.#turns.begin();
    clearTimeout(this.#timer);
    [this.#signals, this.#live, this.#symbols] = [[], [], []];
    this.#channels.replace([]);
    this.#told.signals([], [], true);
  }

  /** Follow them from now on. */
  start() {
    this.#isOn = true;
    this.load();
  }

  /** Read all anew. */
  async load() {
    if (!this.#isOn) return;
    const isMeant = this.#turns.begin();
    clearTimeout(this.#timer);
    const before = this.#live;
    try {
      const [newest, records] = await Promise.all([this.#requests.newest(), this.#requests.records()]);
      if (!isMeant()) return;
      this.#live = this.#live.filter((signal) => !before.includes(signal));
      this.#signals = newest.items;
      this.#symbols = newest.symbols;
      this.#isComplete = newest.complete;
      this.#channels.replace(newest.symbols.slice(0, MOST_LIVE).map(channelOf));
      this.#told.records(records);
      this.#tell();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (isMeant() && error.code !== "signed_out") this.#told.refused(`The signals can't be read: ${error.message}.`);
    } finally {
      if (isMeant()) this.#readLater();
    }
  }

  #readLater() {
    const wait = readAgainIn(this.#signals, Date.now());
    this.#timer = setTimeout(() => (document.hidden ? this.#readLater() : this.load()), wait);
  }

  /** @param {any} data of a frame */
  #came(data) {
    if (!this.#channels.has(channelOf(data.symbol))) return;
    this.#live = [...this.#live, liveSignal(data, this.#signals)];
    this.#tell();
    this.#news();
  }

  #tell() {
    this.#told.signals(merged(this.#signals, this.#live), this.#symbols, this.#isComplete);
  }
}
