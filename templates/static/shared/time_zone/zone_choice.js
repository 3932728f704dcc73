/**
 * The choice of the zone in which times are shown, in the page's foot, and UTC's clock beside it. It is kept in this
 * browser; a user's is kept with the user, and holds wherever they sign in. Another choice loads the page anew: one by
 * the keyboard, where each arrow and letter chooses, with Enter or once the focus goes elsewhere. What is typed into a
 * form by then would be lost: its reader is asked.
 */
import { byId, partsOf } from "../elements.js";
import { zonedClock } from "../format.js";
import { element, setText } from "../painting.js";
import { SessionError } from "../session/session_requests.js";
import { TypedInput } from "../unsaved_changes.js";
import { LOCAL, deviceZone, keepChoice, keptChoice, showIn, shownZone } from "./shown_zone.js";
import { UTC, isZone } from "./zone.js";

const TICK = 1000;

/**
 * @param {import("../session/session.js").Session} session
 * @param {Pick<import("../confirm_dialog.js").ConfirmDialog, "ask">} confirm
 */
export function startZoneChoice(session, confirm) {
  new ZoneChoice(session, confirm);
}

class ZoneChoice {
  #choices = byId("time-zone", "select");
  #utc = byId("utc-clock");
  #session;
  #confirm;
  #typed = new TypedInput();
  #isByKey = false;
  #isAsking = false;
  /** What the page shows, or is about to: in another tab another may have been chosen since. */
  #chosen = LOCAL;
  /** @type {Promise<void>} */
  #told = Promise.resolve();

  /**
   * @param {import("../session/session.js").Session} session
   * @param {Pick<import("../confirm_dialog.js").ConfirmDialog, "ask">} confirm
   */
  constructor(session, confirm) {
    this.#session = session;
    this.#confirm = confirm;
    this.#show();
    for (const kind of ["focus", "pointerdown"]) this.#choices.addEventListener(kind, () => this.#offer(), { once: true });
    this.#choices.addEventListener("change", () => this.#isByKey || this.#take());
    this.#choices.addEventListener("pointerdown", () => (this.#isByKey = false));
    this.#choices.addEventListener("keydown", ({ key }) => this.#press(key));
    this.#choices.addEventListener("blur", () => this.#take());
    session.addEventListener("change", ({ detail: { user, reason } }) => user && reason === "signed in" && this.#follow(user));
    setInterval(() => this.#tick(), TICK);
    this.#tick();
    if (session.user) this.#follow(session.user);
  }

  /** All there are: some four hundred, which most readers never ask for. */
  #offer() {
    this.#fill(Intl.supportedValuesOf("timeZone").filter((name) => name !== UTC && isZone(name)));
  }

  /** @param {string[]} zones besides that of the device, and UTC */
  #fill(zones) {
    const chosen = this.#chosen;
    const kept = chosen === LOCAL || chosen === UTC || zones.includes(chosen) ? [] : [chosen]; // by a name of old
    const local = element("option", { value: LOCAL }, `${deviceZone()} (this device)`);
    this.#choices.replaceChildren(local, ...[UTC, ...kept, ...zones].map((value) => element("option", { value }, value)));
    this.#choices.value = chosen;
  }

  #show() {
    this.#chosen = keptChoice();
    this.#fill([]);
    for (const part of partsOf(document, "[data-zone-word]")) setText(part, shownZone().word);
    this.#utc.hidden = shownZone().isUtc;
  }

  #tick() {
    if (this.#utc.hidden || document.hidden) return;
    const now = Date.now();
    setText(this.#utc, `${zonedClock(now)} · ${new Date(now).toISOString().slice(11, 19)} UTC`);
  }

  /** @param {string} key */
  #press(key) {
    this.#isByKey = key !== "Enter";
    if (key === "Enter") this.#take();
  }

  #take() {
    if (this.#choices.value === this.#chosen || this.#isAsking) return;
    if (this.#typed.isThere) this.#askToChoose(this.#choices.value);
    else this.#choose(this.#choices.value);
  }

  /** @param {string} choice */
  #askToChoose(choice) {
    this.#isAsking = true; // the focus, which goes to the question, leaves the choice
    this.#confirm.ask({
      title: "Load the page anew?",
      says: ["Times are shown in another zone once the page is loaded anew. What you have typed is lost."],
      button: "Load anew",
      stay: "Keep editing",
      isDangerous: true,
      act: () => this.#choose(choice),
      ended: () => {
        this.#isAsking = false;
        this.#choices.value = this.#chosen;
      },
    });
  }

  /** @param {string} choice */
  async #choose(choice) {
    this.#chosen = choice;
    keepChoice(choice);
    try {
      if (this.#session.user) await this.#tell(choice);
    } catch (error) {
      if (!(error instanceof SessionError)) throw error; // it holds in this browser all the same
    }
    location.reload();
  }

  /**
   * What the user has chosen elsewhere holds here, from what is shown next on. The server is told of a device's zone, in
   * which mails are written as long as none was chosen.
   *
   * @param {import("../../../types/session.js").User} user
   */
  #follow(user) {
    const chosen = user.time_zone || LOCAL;
    if (user.time_zone === undefined) return;
    if (chosen !== keptChoice()) {
      keepChoice(chosen);
      showIn(chosen);
      this.#show();
      document.dispatchEvent(new CustomEvent("zonechange"));
    }
    if (chosen === LOCAL && user.device_time_zone !== deviceZone()) this.#tell(chosen).catch(() => null); // mails are in UTC until it is told
  }

  /** One after the other: what the page tells as it begins must not come after what is chosen then. @param {string} choice */
  #tell(choice) {
    const zones = { time_zone: choice === LOCAL ? "" : choice, device_time_zone: deviceZone() };
    this.#told = this.#told.catch(() => undefined).then(() => this.#session.chooseTimeZone(zones));
    return this.#told;
  }
}
