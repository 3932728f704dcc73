/** The best ten bids and asks of the chosen symbol, from `depth:<SYMBOL>`, with bars for what is gathered up to each. */
import { NOTHING, decimalsOfStep, formatNumber } from "./format.js";
import { element, oncePerFrame, setText } from "./painting.js";

const LEVELS = 10;

export class OrderBook {
  #asks = levelRows("order-book-asks");
  #bids = levelRows("order-book-bids");
  #middle = document.getElementById("order-book-middle");
  #spread = document.getElementById("order-book-spread");
  #root = document.getElementById("order-book");
  #info;
  #paint = oncePerFrame((depth) => this.#render(depth));

  /** @param {import("./rest.js").Symbol} info of the symbol to tell of from now on */
  show(info) {
    this.#info = info;
    this.#render({ symbol: info.symbol, bids: [], asks: [] });
  }

  /** @param {any} depth a frame's data */
  update(depth) {
    this.#paint(depth);
  }

  #render({ symbol, bids, asks, stale = false }) {
    if (symbol !== this.#info?.symbol) return;
    this.#root.classList.toggle("stale", stale);
    const most = Math.max(total(bids), total(asks));
    // The best ask stands lowest, beside the best bid.
    this.#fill([...this.#asks].reverse(), asks, most);
    this.#fill(this.#bids, bids, most);
    this.#tellMiddle(bids[0]?.[0], asks[0]?.[0], stale);
  }

  #fill(rows, levels, most) {
    const decimals = this.#decimals();
    let gathered = 0;
    for (const [index, { row, cells }] of rows.entries()) {
      const [price, quantity] = levels[index] ?? [NaN, NaN];
      gathered += quantity;
      setText(cells[0], formatNumber(price, decimals.price));
      setText(cells[1], formatNumber(quantity, decimals.quantity));
      setText(cells[2], formatNumber(gathered, decimals.quantity));
      row.style.setProperty("--share", `${most ? ((gathered || 0) / most) * 100 : 0}%`);
    }
  }

  #tellMiddle(bid, ask, stale) {
    const { price } = this.#decimals();
    const known = bid !== undefined && ask !== undefined;
    setText(this.#middle, known ? formatNumber((bid + ask) / 2, price) : NOTHING);
    const spread = known ? `Spread ${formatNumber(ask - bid, price)}` : "";
    setText(this.#spread, stale ? `Stale · ${spread}` : spread);
  }

  #decimals() {
    return { price: decimalsOfStep(this.#info.tickSize), quantity: decimalsOfStep(this.#info.stepSize) };
  }
}

/** Make the rows once: from then on only their text changes, so that nothing moves. */
function levelRows(id) {
  const rows = Array.from({ length: LEVELS }, () => {
    const cells = [0, 1, 2].map(() => element("td", {}, NOTHING));
    return { row: element("tr", {}, ...cells), cells };
  });
  document.getElementById(id).append(...rows.map(({ row }) => row));
  return rows;
}

function total(levels) {
  return levels.reduce((sum, [, quantity]) => sum + quantity, 0);
}
