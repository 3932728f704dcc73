/** The last hours of the deployment: a line for each figure, and what all were at a time that is chosen. */
import { byId } from "../shared/elements.js";
import { momentSeconds } from "../shared/moments.js";
import { element, setText } from "../shared/painting.js";
import { isRefusal } from "../shared/refusal.js";
import { UserRequests } from "../shared/session/user_requests.js";
import { showTime } from "../shared/time_zone/time_element.js";
import { Turns } from "../shared/turns.js";
import { HEIGHT, WIDTH, newestKnown, pathOf, totalText, valueText } from "./history_line.js";

const SVG = "http://www.w3.org/2000/svg";
const AGAIN_MILLISECONDS = 60_000;

/**
 * @typedef {import("../../types/reports.js").DeploymentHistory} DeploymentHistory
 * @typedef {import("../../types/reports.js").HistorySeries} Series
 * @typedef {{series: Series, value: HTMLElement, cursor: SVGElement, item: HTMLElement}} Shown
 */

export class HistoryPanel {
  #list = byId("history-figures");
  #note = byId("history-note");
  #time = byId("history-time", "input");
  #shownTime = byId("history-shown-time");
  #hours = byId("history-hours", "select");
  #turns = new Turns();
  #requests;
  #began = NaN;
  #step = NaN;
  #newest = 0;
  /** The moment that the reader has chosen, in ms, whatever is shown of it; NaN: the newest, as it comes. */
  #chosen = NaN;
  /** @type {Shown[]} */
  #shown = [];
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #again;

  /** @param {import("../shared/session/access_token.js").AccessToken} access */
  constructor(access) {
    this.#requests = new UserRequests(access, "/api/v1/ops/");
    this.#hours.addEventListener("change", () => this.load());
    this.#time.addEventListener("input", () => this.#choose(Number(this.#time.value)));
    this.#list.addEventListener("pointermove", (event) => this.#pointAt(event));
  }

  /** Read it, now and each minute. */
  async load() {
    clearInterval(this.#again);
    this.#again = setInterval(() => this.load(), AGAIN_MILLISECONDS);
    const isLatest = this.#turns.begin();
    try {
      const history = await this.#requests.get(`history/?hours=${this.#hours.value}`);
      if (isLatest()) this.#show(history);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (isLatest()) setText(this.#note, `The last hours aren't known: ${error.message}.`);
    }
  }

  /** Leave nothing for the next reader. */
  clear() {
    clearInterval(this.#again);
    this.#turns.begin();
    this.#chosen = NaN;
    this.#show({ began: NaN, step_seconds: NaN, series: [] });
    setText(this.#note, "");
  }

  /** @param {DeploymentHistory} history */
  #show({ began, step_seconds: step, series }) {
    this.#began = new Date(began).getTime();
    this.#step = step * 1_000;
    this.#shown = series.map(figure);
    this.#list.replaceChildren(...this.#shown.map(({ item }) => item));
    this.#time.max = String(Math.max(0, (series[0]?.values.length ?? 1) - 1));
    this.#newest = newestKnown(series);
    this.#time.value = String(this.#placeOfChosen);
    this.#time.disabled = !series.length;
    setText(this.#note, noteText(series.length, step));
    this.#point();
  }

  /** @param {PointerEvent} event over a line: the time below it is shown of all */
  #pointAt({ target, clientX }) {
    const line = target instanceof Element ? target.closest("svg") : null;
    if (!line) return;
    const { left, width } = line.getBoundingClientRect();
    this.#time.value = String(Math.round(((clientX - left) / width) * Number(this.#time.max)));
    this.#choose(Number(this.#time.value));
  }

  /** @param {number} place of a step */
  #choose(place) {
    this.#chosen = place >= this.#newest ? NaN : this.#timeOf(place);
    this.#point();
  }

  /** The step that the chosen moment is in; of one that isn't shown, the nearest. */
  get #placeOfChosen() {
    if (Number.isNaN(this.#chosen)) return this.#newest;
    const place = Math.floor((this.#chosen - this.#began) / this.#step);
    return Math.min(Math.max(place, 0), this.#newest);
  }

  /** @param {number} place */
  #timeOf(place) {
    return this.#began + place * this.#step;
  }

  /** @param {number} time @returns {string} with its date where what is shown is of two */
  #timeText(time) {
    if (Number.isNaN(time)) return "";
    const [first, last] = [0, Number(this.#time.max)].map((place) => momentSeconds(this.#timeOf(place)).slice(0, 10));
    return momentSeconds(time).slice(first === last ? 11 : 0, 16);
  }

  #point() {
    const place = Number(this.#time.value);
    showTime(this.#shownTime, this.#timeOf(place), (time) => this.#timeText(time));
    this.#time.setAttribute("aria-valuetext", this.#shownTime.textContent ?? "");
    const x = ((place / Math.max(1, Number(this.#time.max))) * WIDTH).toFixed(1);
    for (const { series, value, cursor } of this.#shown) {
      setText(value, valueText(series.unit, series.values[place]));
      cursor.setAttribute("x1", x);
      cursor.setAttribute("x2", x);
    }
  }
}

/** @param {number} count of figures @param {number} step seconds */
function noteText(count, step) {
  if (!count) return "Nothing is known of this time: a minute is kept once it is over.";
  return `A value for each ${step === 60 ? "minute" : `${step / 60} minutes`}; gaps are times of which nothing is known.`;
}

/** @param {Series} series @returns {Shown} */
function figure(series) {
  const value = element("dd", { class: "history-value" });
  const cursor = drawn("line", { class: "history-cursor", y1: "0", y2: String(HEIGHT) });
  const line = drawn("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "history-line", preserveAspectRatio: "none", "aria-hidden": "true" });
  line.append(drawn("path", { d: pathOf(series.values) }), cursor);
  const total = element("dd", { class: "muted" }, totalText(series));
  const item = element("div", { "data-figure": series.name }, element("dt", {}, series.title), value, total);
  item.append(line);
  return { series, value, cursor, item };
}

/** @param {string} name @param {Record<string, string>} attributes */
function drawn(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  return made;
}
