/** The newest signals, by symbol. */
import { byId, inputOf, partOf } from "../../shared/elements.js";
import { KeyedRows } from "../../shared/keyed_rows.js";
import { element, setData, setText } from "../../shared/painting.js";
import { showTime } from "../../shared/time_zone/time_element.js";
import { bySymbol, keyOf } from "./signal_list.js";
import { actionText, adviceText, modelText, noteText, outcomeText, reasonText } from "./signal_text.js";

/** @typedef {import("../../../types/signals.js").PublicSignal} PublicSignal */
/** @typedef {ReturnType<typeof bySymbol>[number]} OfSymbol */

const OF_EACH = 5;
const OF_ONE = 50;

export class SignalPanel {
  #market = byId("market", "select");
  #note = byId("newest-note");
  #decimalsOf;
  #chosen;
  /** @type {PublicSignal[]} */
  #signals = [];
  #groups = new KeyedRows(byId("symbols"), (/** @type {OfSymbol} */ { symbol }) => symbol, () => this.#groupOf());

  /**
   * @param {(symbol: string) => number | undefined} decimalsOf prices, where they are known
   * @param {() => void} chosen another market is looked at
   */
  constructor(decimalsOf, chosen) {
    this.#decimalsOf = decimalsOf;
    this.#chosen = chosen;
    this.#market.addEventListener("change", () => {
      this.repaint();
      this.#chosen();
    });
    byId("symbols").addEventListener("click", (event) => this.#clicked(inputOf(event).closest("button")));
  }

  /** @returns {string} the one that is looked at; empty: all */
  get market() {
    return this.#market.value;
  }

  /** @param {PublicSignal[]} signals @param {string[]} symbols on which some may come @param {boolean} complete whether there are no other strategies */
  show(signals, symbols, complete) {
    this.#signals = signals;
    this.#offer(symbols);
    setText(this.#note, noteText(signals, symbols, complete));
    this.repaint();
  }

  /** @param {string} problem why there is nothing to be seen */
  tell(problem) {
    setText(this.#note, problem);
  }

  /** Write again what depends on the time, and on prices' decimals. */
  repaint() {
    this.#groups.show(bySymbol(this.#signals, this.market, this.market ? OF_ONE : OF_EACH));
  }

  /** @param {string[]} symbols */
  #offer(symbols) {
    const { value } = this.#market;
    const wanted = ["", ...symbols];
    if ([...this.#market.options].map((option) => option.value).join() === wanted.join()) return;
    this.#market.replaceChildren(...wanted.map((symbol) => element("option", { value: symbol }, symbol || "All")));
    this.#market.value = wanted.includes(value) ? value : "";
  }

  /** @param {HTMLButtonElement | null} button that asks for more of a symbol */
  #clicked(button) {
    if (!button?.value) return;
    this.#market.value = button.value;
    this.#market.dispatchEvent(new Event("change"));
    this.#market.focus();
  }

  #groupOf() {
    const list = element("ul", { class: "signal-list" });
    const rows = new KeyedRows(list, keyOf, rowOf);
    const group = element("section", { class: "symbol" }, element("h3"), list, element("button", { type: "button", class: "link-button" }));
    return {
      element: group,
      show: (/** @type {OfSymbol} */ { symbol, signals, more }) => {
        setText(partOf(group, "h3"), symbol);
        rows.show(signals);
        const button = partOf(group, "button", "button");
        button.value = symbol;
        button.hidden = !more;
        setText(button, `${more} more of ${symbol}`);
        const decimals = this.#decimalsOf(symbol);
        list.querySelectorAll("li").forEach((item, index) => setText(partOf(item, ".advice"), adviceText(signals[index], decimals)));
      },
    };
  }
}

function rowOf() {
  const part = (/** @type {string} */ name) => element("span", { class: name });
  const time = element("time", { class: "time" });
  const row = element("li", { class: "signal" }, ...["action", "advice", "outcome"].map(part), time, part("by"), part("reason"));
  return {
    element: row,
    show: (/** @type {PublicSignal} */ signal) => {
      setData(row, "action", signal.action);
      setData(row, "outcome", signal.outcome);
      setText(partOf(row, ".action"), actionText(signal));
      setText(partOf(row, ".outcome"), outcomeText(signal, Date.now()));
      showTime(time, signal.timestamp);
      setText(partOf(row, ".by"), modelText(signal));
      setText(partOf(row, ".reason"), reasonText(signal));
    },
  };
}
