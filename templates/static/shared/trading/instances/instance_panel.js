/** The grid or the strategy that is shown: what it is, how it is, what it has earned, and what can be done with it. */
import { byId } from "../../elements.js";
import { momentText } from "../../moments.js";
import { element, setData, setText } from "../../painting.js";
import { reasonText, stateText } from "./instance_text.js";

/** @typedef {import("../../../../types/instances.js").InstanceMarket} InstanceMarket */

/**
 * @template {import("../../../../types/instances.js").Instance} One
 * @typedef {object} PanelKind what is shown
 * @property {(instance: One) => string} titleOf
 * @property {(instance: One, market: InstanceMarket) => import("../../../../types/instances.js").Figure[]} figuresOf
 * @property {(instance: One) => [string, string][]} parameterRows names and values
 * @property {(state: string) => Record<string, boolean>} offered by the id of each button
 */

/** @template {import("../../../../types/instances.js").Instance} One */
export class InstancePanel {
  #kind;
  /** @type {Map<string, HTMLElement>} by the figure's name */
  #figures = new Map();

  /** @param {PanelKind<One>} kind */
  constructor(kind) {
    this.#kind = kind;
  }

  /** @param {One} instance @param {InstanceMarket} market */
  show(instance, market) {
    const { state, reason, created, started, ended } = instance;
    setText(byId("shown-title"), this.#kind.titleOf(instance));
    const times = [`created ${momentText(created)}`, ...(started ? [`started ${momentText(started)}`] : []), ...(ended ? [`ended ${momentText(ended)}`] : [])];
    setText(byId("shown-subtitle"), times.join(" · "));
    setText(byId("shown-state"), stateText(state));
    setData(byId("shown-state"), "state", state);
    const why = reasonText(reason);
    setText(byId("shown-reason"), why && `${stateText(state)}: ${why}.`);
    const rows = this.#kind.parameterRows(instance).map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value)));
    byId("shown-parameters").replaceChildren(...rows);
    for (const [id, isOffered] of Object.entries(this.#kind.offered(state))) byId(id).hidden = !isOffered;
    this.showFigures(instance, market);
  }

  /** @param {One} instance the same, somewhat later @param {InstanceMarket} market */
  showFigures(instance, market) {
    for (const { name, value, direction } of this.#kind.figuresOf(instance, market)) {
      const place = this.#figures.get(name) ?? this.#make(name);
      setText(place, value);
      setData(place, "direction", direction);
    }
  }

  /** @param {string} name */
  #make(name) {
    const value = element("dd");
    byId("shown-figures").append(element("div", {}, element("dt", {}, name), value));
    this.#figures.set(name, value);
    return value;
  }
}
