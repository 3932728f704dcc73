/** The dialog of the preferences: which kind of notification goes where, and when it is quiet. */
import { overNetwork } from "../../shared/connection/network.js";
import { byId, partsOf } from "../../shared/elements.js";
import { showProblems } from "../../shared/form_fields.js";
import { element, setText } from "../../shared/painting.js";
import { isRefusal, refusalText } from "../../shared/refusal.js";
import { shownZone } from "../../shared/time_zone/shown_zone.js";
import { Turns } from "../../shared/turns.js";
import { UnsavedChanges, leaveBy } from "../../shared/unsaved_changes.js";
import { CHANNELS } from "../alerts/alert_catalogue.js";
import { isService } from "./services.js";
import { KINDS, given, valuesOf } from "./preferences_values.js";

/** @typedef {import("./preferences_values.js").Preferences} Preferences */
/** @typedef {{load: () => void, clear: () => void, typed?: string, discard?: () => void}} Panel `typed`: what isn't saved of it; empty: nothing */

const TEXTS = /** @type {const} */ (["start", "end", "timezone"]);
const SWITCHES = /** @type {const} */ (["digest", "escalate", "sound", "vibration"]);

export class PreferencesDialog {
  #dialog = byId("preferences", "dialog");
  #form = byId("preferences-form", "form");
  #client;
  #panels;
  #saved;
  #changes;
  /** @type {Preferences | undefined} as the server told them last */
  #before;
  /** What the form said of them. */
  #written = "";
  /** Somebody else has come: nothing that was asked before is shown to them. */
  #users = new Turns();

  /**
   * @param {import("../../client/client.js").TidewireClient} client
   * @param {Panel[]} panels of the dialog besides, which load what they show when it opens
   * @param {Pick<import("../../shared/confirm_dialog.js").ConfirmDialog, "ask">} confirm
   * @param {(preferences: Preferences) => void} saved a channel that was off may be on again
   */
  constructor(client, panels, confirm, saved) {
    this.#client = client;
    this.#panels = panels;
    this.#saved = saved;
    this.#changes = new UnsavedChanges(() => this.#unsaved(), confirm);
    this.#changes.begin();
    byId("preferences-channels").append(...CHANNELS.map(([channel, words]) => element("th", { scope: "col", ...column(channel) }, words)));
    byId("preferences-kinds", "tbody").append(...KINDS.map(kindRow));
    byId("timezones").append(...Intl.supportedValuesOf("timeZone").map((value) => element("option", { value })));
    byId("preferences-quiet", "input").addEventListener("change", () => this.#arrange());
    this.#listen();
  }

  #listen() {
    leaveBy(this.#dialog, byId("preferences-close"), () => this.#leave());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
  }

  /** Show what the server has now. */
  async open() {
    this.#dialog.showModal();
    this.#tell({});
    setText(byId("preferences-said"), "");
    for (const panel of this.#panels) panel.load();
    await this.#ask(this.#client.command("preferences.get", {}), (preferences) => this.#isChanged || this.#write(preferences));
  }

  close() {
    this.#dialog.close();
  }

  /** Close it; where that throws away what was typed, once the reader agrees. */
  #leave() {
    const isHere = this.#users.current();
    this.#changes.leave("Discard the changes?", () => isHere() && this.#discard());
  }

  #discard() {
    if (this.#before) this.#write(this.#before);
    for (const panel of this.#panels) panel.discard?.();
    this.close();
  }

  /** Whether the form says anything else than was written: by the reader, be it before the server tells what it has now. */
  get #isChanged() {
    return this.#before !== undefined && JSON.stringify(this.#read()) !== this.#written;
  }

  /** What the server doesn't have: of the form all that it says, once that is changed. */
  #unsaved() {
    return [this.#isChanged ? this.#read() : "", ...this.#panels.map(({ typed = "" }) => typed)];
  }

  /** Close it, and show nothing of who was here before, nor what is answered to them later. */
  clear() {
    this.close();
    this.#users.begin();
    this.#before = undefined;
    this.#form.reset();
    this.#arrange();
    setText(byId("preferences-critical"), "");
    byId("preferences-save").removeAttribute("aria-disabled");
    for (const panel of this.#panels) panel.clear();
  }

  async #save() {
    if (!this.#before) return;
    const values = this.#read();
    const changes = given(values, this.#before);
    const set = overNetwork((signal) => this.#client.command("preferences.set", changes, { signal }));
    await this.#ask(set, (preferences) => {
      this.#take(preferences, JSON.stringify(values));
      setText(byId("preferences-said"), "Saved.");
      this.#saved(preferences);
    });
  }

  /** What the reader has changed since stays, and isn't saved yet. @param {Preferences} preferences @param {string} saved what the form said */
  #take(preferences, saved) {
    if (JSON.stringify(this.#read()) === saved) {
      this.#write(preferences);
      return;
    }
    this.#before = preferences;
    this.#written = saved;
  }

  /** @param {Promise<Preferences>} asked @param {(answer: Preferences) => void} answered */
  async #ask(asked, answered) {
    const isHere = this.#users.current();
    const save = byId("preferences-save");
    save.setAttribute("aria-disabled", "true");
    this.#tell({});
    try {
      const answer = await asked;
      if (isHere()) answered(answer);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (isHere()) this.#tell(error);
    } finally {
      if (isHere()) save.removeAttribute("aria-disabled");
    }
  }

  /** @param {Preferences} preferences */
  #write(preferences) {
    this.#before = preferences;
    const values = valuesOf(preferences, shownZone().name);
    for (const box of this.#boxes()) box.checked = values.kinds[box.name].includes(box.value);
    for (const name of TEXTS) fieldOf(name).value = values[name];
    for (const name of SWITCHES) fieldOf(name).checked = values[name];
    byId("preferences-quiet", "input").checked = values.isQuiet;
    setText(byId("preferences-critical"), criticalText(preferences));
    this.#arrange();
    this.#written = JSON.stringify(this.#read());
  }

  /** @returns {import("./preferences_values.js").Values} */
  #read() {
    const kinds = Object.fromEntries(KINDS.map(([kind]) => [kind, /** @type {string[]} */ ([])]));
    for (const { name, value, checked } of this.#boxes()) if (checked) kinds[name].push(value);
    const [start, end, timezone] = TEXTS.map((name) => fieldOf(name).value.trim());
    const [digest, escalate, sound, vibration, isQuiet] = [...SWITCHES, "quiet"].map((name) => fieldOf(name).checked);
    return { kinds, isQuiet, start, end, timezone, digest, escalate, sound, vibration };
  }

  #arrange() {
    byId("preferences-hours").hidden = !byId("preferences-quiet", "input").checked;
  }

  #boxes() {
    return byId("preferences-kinds", "tbody").querySelectorAll("input");
  }

  /** @param {{message?: string, fields?: Record<string, string>}} problem */
  #tell({ message = "", fields = {} }) {
    const others = showProblems(this.#form, fields);
    setText(byId("preferences-problem"), refusalText({ message, fields, others }));
    partsOf(this.#form, "[aria-invalid]")[0]?.focus();
  }
}

/** A service isn't offered before it is known to reach the reader. @param {string} channel @returns {Record<string, string>} */
function column(channel) {
  return { "data-channel": channel, ...(isService(channel) ? { hidden: "" } : {}) };
}

/** @param {[string, string]} kind and its words */
function kindRow([kind, words]) {
  const cells = CHANNELS.map(([channel, name]) => {
    const box = element("input", { type: "checkbox", name: kind, value: channel, "aria-label": `${words} by ${name}` });
    return element("td", column(channel), element("label", { class: "kind-box" }, box));
  });
  return element("tr", {}, element("th", { scope: "row" }, words), ...cells);
}

/** @param {Preferences} preferences */
function criticalText({ critical, chosen }) {
  if (!critical.length || chosen.length === KINDS.length) return "";
  const names = CHANNELS.filter(([channel]) => critical.includes(channel)).map(([, words]) => words.toLowerCase());
  return `Kinds that you leave as they are: what is critical comes by ${names.join(" and ")}.`;
}

/** @param {string} name */
function fieldOf(name) {
  return byId(`preferences-${name}`, "input");
}
