/** The cards of the models that learn: one version at a time, those in use first. */
import { byId } from "../../shared/elements.js";
import { element, setData, setText } from "../../shared/painting.js";
import { isRefusal } from "../../shared/refusal.js";
import { Turns } from "../../shared/turns.js";
import { showCalibration } from "../record/calibration_chart.js";
import { cardSentences, earningsRows, isExpired, madeRows, modelTitle, optionText, reliabilityPoints, silenceText, stateText, windowRows } from "./model_text.js";

/** @typedef {import("../../../types/signals.js").ModelCard} ModelCard */

const NONE = "No model is installed here. Models that learn come with the extra “learning” (pip install tidewire[learning], in a checkout pip install -e '.[learning]').";
const AXES = { said: "Probability that it said", came: "How often the price rose", of: "outcomes" };

const READ_AGAIN_MILLISECONDS = 60_000;

export class ModelPanel {
  #requests;
  #readAt = 0;
  #isReading = false;
  /** The id of the version whose card was shown last. */
  #shown = "";
  #choice = byId("model-choice", "select");
  #turns = new Turns();

  /** @param {import("../requests.js").SignalRequests} requests */
  constructor(requests) {
    this.#requests = requests;
    this.#choice.addEventListener("change", () => this.#show());
  }

  /** Let nobody see what was shown. */
  forget() {
    this.#turns.begin();
    this.#choice.replaceChildren();
    this.#shown = "";
    this.#tell("");
  }

  /** Read again what may have changed meanwhile: while no card is shown, as before the first training, at each call; else once a minute. */
  async refresh(now = performance.now()) {
    const isShown = !byId("model-body").hidden;
    if (!this.#isReading && !(isShown && now - this.#readAt < READ_AGAIN_MILLISECONDS)) await this.load(now);
  }

  /** Read which versions there are. */
  async load(now = performance.now()) {
    this.#readAt = now;
    this.#isReading = true;
    try {
      await this.#read();
    } finally {
      this.#isReading = false;
    }
  }

  async #read() {
    const isMeant = this.#turns.begin();
    await this.#asked(isMeant, async () => {
      const cards = await this.#requests.models();
      if (!isMeant()) return;
      this.#offer(cards);
      if (cards.length) await this.#show();
      else this.#tell(NONE);
    });
  }

  /** @param {ModelCard[]} cards offered anew only where they differ: that closes the list where it is open */
  #offer(cards) {
    const { value } = this.#choice;
    const options = cards.map((card) => element("option", { value: card.id }, optionText(card)));
    const isSame = keysOf(options) === keysOf([...this.#choice.children]);
    if (isSame && value) return;
    if (!isSame) this.#choice.replaceChildren(...options);
    this.#choice.value = cards.some(({ id }) => id === value) ? value : (cards[0]?.id ?? "");
  }

  async #show() {
    const isMeant = this.#turns.begin();
    await this.#asked(isMeant, async () => {
      const card = await this.#requests.model(this.#choice.value);
      if (!isMeant()) return;
      showCard(card);
      this.#shown = card.id;
      this.#tell("");
      byId("model-body").hidden = false;
    });
  }

  /** @param {() => boolean} isMeant @param {() => Promise<void>} ask */
  async #asked(isMeant, ask) {
    try {
      await ask();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (isMeant() && error.code !== "signed_out") this.#tellOfFailure(`The models can't be read: ${error.message}.`);
    }
  }

  /** @param {string} note under the card, where that is of the version that is chosen */
  #tellOfFailure(note) {
    if (this.#shown === this.#choice.value) setText(byId("model-note"), note);
    else this.#tell(note);
  }

  /** @param {string} note in place of a card */
  #tell(note) {
    byId("model-body").hidden = true;
    setText(byId("model-note"), note);
  }
}

/** @param {ModelCard} card */
function showCard(card) {
  setText(byId("model-name"), modelTitle(card));
  setText(byId("model-state"), stateText(card));
  setData(byId("model-state"), "state", stateLook(card, Date.now()));
  setText(byId("model-silence"), silenceText(card, Date.now()));
  byId("model-words").replaceChildren(...cardSentences(card).map((sentence) => element("li", {}, sentence)));
  showCalibration(byId("model-calibration"), reliabilityPoints(card), AXES);
  byId("model-earnings").replaceChildren(...earningsRows(card).map(rowOf));
  byId("model-windows").replaceChildren(...windowRows(card).map(rowOf));
  byId("model-parameters").replaceChildren(...madeRows(card).map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))));
}

/** @param {Element[]} options @returns {string} what tells them from others */
function keysOf(options) {
  return JSON.stringify(options.map((option) => [option.getAttribute("value"), option.textContent]));
}

/** @param {string[]} texts */
function rowOf([name, ...values]) {
  return element("tr", {}, element("th", { scope: "row" }, name), ...values.map((value) => element("td", { class: "number" }, value)));
}

/** @param {ModelCard} card @param {number} now ms since the epoch @returns {string} how its state looks: as an error where it is asked and says nothing */
function stateLook({ state, inUse, liveState, validUntil }, now) {
  if (!inUse) return "retired";
  const isSilent = state === "silenced" || isExpired({ validUntil }, now) || (liveState !== null && liveState !== "speaking");
  return isSilent ? "error" : state;
}
