/** The best ten bids and asks of the chosen symbol, from `depth:<SYMBOL>`, with bars for what is gathered up to each. */
import { NOTHING, decimalsOfStep, direction, formatNumber } from "./format.js";
import { element, oncePerFrame, setBar, setData, setShare, setText } from "./painting.js";

const LEVELS = 10;

export class OrderBook {
  #asks = levelRows("order-book-asks");
  #bids = levelRows("order-book-bids");
  #middle = document.getElementById("order-book-middle");
  #spread = document.getElementById("order-book-spread");
  #root = document.getElementById("order-book");
  #balance = document.getElementById("order-book-balance");
  #bidShare = document.getElementById("order-book-bid-share");
  #askShare = document.getElementById("order-book-ask-share");
  #middlePrice = NaN;
  #info;
  #paint = oncePerFrame((depth) => this.#render(depth));

  /** @param {import("./rest.js").Symbol} info of the symbol to tell of from now on */
  show(info) {
    this.#info = info;
    this.#middlePrice = NaN;
    this.#render({ symbol: info.symbol, bids: [], asks: [] });
  }

  /** @param {any} depth a frame's data */
  update(depth) {
    this.#paint(depth);
  }

  #render({ symbol, bids, asks, stale = false }) {
    if (symbol !== this.#info?.symbol) return;
    this.#root.classList.toggle("stale", stale);
    const volumes = { bid: total(bids), ask: total(asks) };
    const most = Math.max(volumes.bid, volumes.ask);
    // The best ask stands lowest, beside the best bid.
    this.#fill([...this.#asks].reverse(), asks, most);
    this.#fill(this.#bids, bids, most);
    this.#tellMiddle(bids[0]?.[0], asks[0]?.[0], stale);
    this.#tellBalance(volumes);
  }

  /** How much of what is offered in sight stands on either side. */
  #tellBalance({ bid, ask }) {
    const share = bid + ask > 0 ? (bid / (bid + ask)) * 100 : NaN;
    setText(this.#bidShare, `Bids ${formatNumber(share, 0)} %`);
    setText(this.#askShare, `${formatNumber(100 - share, 0)} % Asks`);
    setShare(this.#balance, Number.isNaN(share) ? 50 : share);
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
      setBar(row, most ? ((gathered || 0) / most) * 100 : 0);
    }
  }

  #tellMiddle(bid, ask, stale) {
    const { price } = this.#decimals();
    const known = bid !== undefined && ask !== undefined;
    const middle = (bid + ask) / 2;
    setText(this.#middle, known ? formatNumber(middle, price) : NOTHING);
    if (middle !== this.#middlePrice) setData(this.#middle, "direction", direction(middle - this.#middlePrice));
    this.#middlePrice = middle;
    const share = formatNumber(((ask - bid) / middle) * 100, 3);
    const spread = known ? `Spread ${formatNumber(ask - bid, price)} (${share}%)` : "";
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
