/** The line of what the shown wallet held of an asset over time. */
import { byId } from "../../shared/elements.js";
import { momentText } from "../../shared/moments.js";
import { element, setText } from "../../shared/painting.js";
import { amountText, assetKey } from "../wallet_text.js";
import { balancePoints, stepCorners } from "./balance_line.js";

/** @typedef {import("../../../types/wallets.js").Movement} Movement */

const SVG = "http://www.w3.org/2000/svg";
const SIZE = { width: 600, height: 90 };

export class BalancePicture {
  #choice = byId("line-asset", "select");
  #box = byId("balance-line");
  /** @type {Movement[]} */
  #movements = [];
  /** @type {Map<string, string>} symbols by key */
  #assets = new Map();
  /** @type {Map<string, number>} what is held now, by key, where that isn't outdated */
  #held = new Map();

  constructor() {
    this.#choice.addEventListener("change", () => this.#draw());
  }

  /** @param {import("../../../types/wallets.js").WalletBalance[]} assets which can be chosen */
  offer(assets) {
    this.#held = new Map(assets.filter(({ outdated }) => !outdated).map((one) => [assetKey(one), Number(one.balance)]));
    const offered = new Map(assets.map((one) => [assetKey(one), one.asset]));
    if ([...offered].join() === [...this.#assets].join()) return;
    const { value } = this.#choice;
    this.#assets = offered;
    this.#choice.replaceChildren(...[...offered].map(([key, asset]) => element("option", { value: key }, asset)));
    this.#choice.value = offered.has(value) ? value : ([...offered.keys()][0] ?? "");
    this.#draw();
  }

  /** @param {Movement[]} movements the newest first */
  show(movements) {
    this.#movements = movements;
    this.#draw();
  }

  #draw() {
    const asset = this.#assets.get(this.#choice.value) ?? "";
    const points = balancePoints(this.#movements, this.#choice.value, this.#held.get(this.#choice.value) ?? null);
    byId("line-area").hidden = !points.length;
    byId("line-note").hidden = Boolean(points.length);
    if (!points.length) return;
    const values = points.map(({ value }) => value);
    const [first, last] = [points[0], points[points.length - 1]];
    const words = `${asset} from ${momentText(first.time)} until now: ${amountText(first.value, asset)} at first, ${amountText(last.value, asset)} now`;
    this.#box.replaceChildren(drawn(stepCorners(points, Date.now(), SIZE)));
    this.#box.setAttribute("aria-label", words);
    setText(byId("line-highest"), amountText(Math.max(...values), asset));
    setText(byId("line-lowest"), amountText(Math.min(...values), asset));
    setText(byId("line-start"), momentText(first.time));
  }
}

/** @param {string} corners */
function drawn(corners) {
  const svg = document.createElementNS(SVG, "svg");
  const line = document.createElementNS(SVG, "polyline");
  svg.setAttribute("viewBox", `0 0 ${SIZE.width} ${SIZE.height}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  line.setAttribute("points", corners);
  svg.append(line);
  return svg;
}
