/** The public signals as they come: read by REST, then live, and read again when one of them may have been judged. */
import { ChannelSet } from "../../shared/channels/channel_set.js";
import { onceIn } from "../../shared/painting.js";
import { RetriedRead } from "../../shared/retried_read.js";
import { MOST_LIVE, liveSignal, merged, readAgainIn } from "./signal_list.js";

/** @typedef {import("../../../types/signals.js").PublicSignal} PublicSignal */
/** @typedef {import("../../../types/signals.js").SignalRecords} SignalRecords */
/** @typedef {Awaited<ReturnType<import("../requests.js").SignalRequests["newest"]>>} Newest */

const NEWS_MILLISECONDS = 1_000;
const channelOf = (/** @type {string} */ symbol) => `signals:${symbol}`;

export class SignalFeed {
  #told;
  #channels;
  #reading;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #news = onceIn(NEWS_MILLISECONDS, () => this.#isOn && this.#reading.refresh());
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
   * @param {(records: SignalRecords) => void} told.records
   * @param {(problem: string) => void} told.refused
   */
  constructor(client, requests, told) {
    this.#told = told;
    this.#reading = new RetriedRead({
      ask: () => Promise.all([this.#live, requests.newest(), requests.records()]),
      show: (read) => this.#read(...read),
      refused: (refusal) => this.#refused(refusal),
    });
    this.#channels = new ChannelSet(client);
    client.onMessage(/** @type {string} */ ("signal"), (/** @type {any} */ { data }) => this.#came(data));
    client.on("resync", ({ channel }) => this.#channels.has(channel) && this.load());
    client.on("connected", () => this.load());
  }

  /** Let nobody see what was shown: somebody else may have come. */
  forget() {
    this.#isOn = false;
    this.#reading.forget();
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
    if (this.#isOn) await this.#reading.load();
  }

  /** @param {PublicSignal[]} before what had come when the list was asked for @param {Newest} newest @param {SignalRecords} records */
  #read(before, newest, records) {
    this.#live = this.#live.filter((signal) => !before.includes(signal));
    this.#signals = newest.items;
    this.#symbols = newest.symbols;
    this.#isComplete = newest.complete;
    this.#channels.replace(newest.symbols.slice(0, MOST_LIVE).map(channelOf));
    this.#told.records(records);
    this.#tell();
    this.#readLater();
  }

  /** @param {import("../../shared/refusal.js").Refusal} refusal */
  #refused({ code, message }) {
    if (code !== "signed_out") this.#told.refused(`The signals can't be read: ${message}.`);
    this.#readLater();
    return false;
  }

  #readLater() {
    clearTimeout(this.#timer);
    const wait = readAgainIn(this.#signals, Date.now());
    this.#timer = setTimeout(() => (document.hidden || this.#reading.isUnderWay ? this.#readLater() : this.load()), wait);
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
