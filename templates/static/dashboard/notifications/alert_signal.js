/** A sound and a vibration when an alert fires, where the reader wants them; of several open pages one alone sounds. */
import { byId } from "../../shared/elements.js";
import { setData } from "../../shared/painting.js";
import { TabBroadcast } from "../alerts/tab_broadcast.js";
import { playAlertSound } from "./alert_sound.js";

const NAME = "preferences";
const LOCK = "tidewire.alert-sound";
/** Alerts that fire sooner after each other are one sound. */
const APART_MILLISECONDS = 2_000;
const VIBRATION_MILLISECONDS = [120, 80, 120];

/** @typedef {import("../../../types/notifications.js").AlertSignals} Wanted */

export class AlertSignal {
  #bell = byId("bell");
  #preferences;
  /** @type {Wanted} */
  #wanted = { sound: false, vibration: false };
  /** @type {AudioContext | null} none before the reader has touched the page: browsers let none sound earlier */
  #context = null;
  #isSounding = false;
  #otherTabs = new TabBroadcast(NAME, () => this.#preferences.load().catch(() => undefined));

  /** @param {import("../../client/system.js").WebSocketSystem} system */
  constructor({ client, command, stateSync }) {
    this.#preferences = stateSync.define(NAME, { load: () => command("preferences.get", {}) });
    client.on("notifications", ({ data }) => data.kind === "alert" && !data.read && this.#fired());
    for (const touch of ["pointerup", "keydown"]) document.addEventListener(touch, () => this.#wanted.sound && this.#prepare());
    byId("preferences-sound", "input").addEventListener("change", ({ target }) => this.#trySound(target));
    byId("preferences-vibration", "input").addEventListener("change", ({ target }) => isChecked(target) && vibrate());
  }

  /** @param {boolean} isSignedIn who isn't is told nothing */
  follow(isSignedIn) {
    this.#preferences.close();
    this.#preferences.off("change", this.#choose);
    this.#want({ sound: false, vibration: false });
    if (isSignedIn) this.#preferences.on("change", this.#choose);
  }

  /** Follow what the reader has just saved, and let the other tabs do so. @param {Wanted} preferences */
  saved(preferences) {
    this.#choose(preferences);
    this.#otherTabs.tell();
  }

  #choose = (/** @type {Wanted | undefined} */ preferences) => {
    if (preferences) this.#want(preferences);
  };

  /** @param {Wanted} wanted */
  #want({ sound, vibration }) {
    this.#wanted = { sound, vibration };
    setData(this.#bell, "signals", [sound && "sound", vibration && "vibration"].filter(Boolean).join(" "));
    if (sound && navigator.userActivation?.hasBeenActive) this.#prepare(); // it was touched before this was known
  }

  #fired() {
    if (this.#wanted.vibration && !document.hidden) vibrate();
    if (!this.#wanted.sound || this.#context?.state !== "running") return;
    if (navigator.locks) navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => lock && this.#play());
    else this.#playAlone(); // browsers have no locks on a page without HTTPS
  }

  /** Whatever other pages do. */
  async #playAlone() {
    if (this.#isSounding) return;
    this.#isSounding = true;
    await this.#play();
    this.#isSounding = false;
  }

  /** @param {EventTarget | null} box */
  async #trySound(box) {
    if (!isChecked(box)) return;
    await this.#prepare();
    await this.#play();
  }

  async #prepare() {
    this.#context ??= new AudioContext();
    if (this.#context.state === "suspended") await this.#context.resume();
  }

  /** @returns {Promise<void>} settled once the next sound may follow */
  #play() {
    if (this.#context) playAlertSound(this.#context);
    return new Promise((resolve) => setTimeout(resolve, APART_MILLISECONDS));
  }
}

/** @param {EventTarget | null} box */
function isChecked(box) {
  return box instanceof HTMLInputElement && box.checked;
}

/** Browsers refuse it, and say so in the console, on a page that was never touched. */
function vibrate() {
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(VIBRATION_MILLISECONDS);
}
