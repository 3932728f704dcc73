/** Draws the shapes of drawings on the chart's canvas, in the page's colours. */

/**
 * @typedef {{shape: import("./shapes.js").Shape, colour: string, isChosen: boolean, hasBell: boolean}} Painted
 * @typedef {Parameters<import("lightweight-charts").IPrimitivePaneRenderer["draw"]>[0]} Target
 */

const DASHES = [5, 4];
const AREA_OPACITY = 0.12;
const FAINT_OPACITY = 0.55;
const HANDLE_RADIUS = 4;
const BELL_SIZE = 14;
/** Behind words: the candles and lines below shine through, and can't be taken for a part of them. */
const GROUND = { opacity: 0.8, margin: 3, height: 15 };
const BELL = "M8 2a3.6 3.6 0 0 0-3.6 3.6c0 3-1.4 4.2-1.4 4.2h10s-1.4-1.2-1.4-4.2A3.6 3.6 0 0 0 8 2zM6.8 12.4a1.3 1.3 0 0 0 2.4 0";

export class DrawingPainter {
  #priceText;
  /** @type {Painted[]} */
  shapes = [];
  /** @type {Record<string, string>} by their names in theme.css */
  colours = {};

  /** @param {(price: number) => string} priceText */
  constructor(priceText) {
    this.#priceText = priceText;
  }

  /** @param {Target} target */
  draw(target) {
    // biome-ignore lint/correctness/useHookAtTopLevel: named like a hook of React, which it isn't
    target.useMediaCoordinateSpace(({ context }) => {
      context.lineJoin = "round";
      context.textBaseline = "middle";
      for (const painted of this.shapes) this.#coloured(context, painted, () => this.#lines(context, painted));
      for (const painted of this.shapes) this.#coloured(context, painted, () => this.#words(context, painted)); // no line crosses them
      for (const painted of this.shapes) this.#coloured(context, painted, () => this.#marks(context, painted));
    });
  }

  /** @param {CanvasRenderingContext2D} context @param {Painted} painted @param {() => void} paint */
  #coloured(context, { colour }, paint) {
    context.save();
    context.strokeStyle = context.fillStyle = this.colours[colour] ?? this.colours.accent;
    paint();
    context.restore();
  }

  /** @param {CanvasRenderingContext2D} context @param {Painted} painted */
  #lines(context, { shape, isChosen }) {
    if (shape.area) this.#fill(context, shape.area);
    context.lineWidth = isChosen ? 2 : 1.5;
    for (const stroke of shape.strokes) this.#stroke(context, stroke);
  }

  /** @param {CanvasRenderingContext2D} context @param {Painted} painted */
  #words(context, { shape }) {
    const colour = context.fillStyle;
    for (const { ratio, price, x, y } of shape.words) {
      const words = `${ratioText(ratio)} ${this.#priceText(price)}`;
      this.#ground(context, { x: x + 4, y }, context.measureText(words).width);
      context.fillStyle = colour;
      context.fillText(words, x + 4, y);
    }
  }

  /** @param {CanvasRenderingContext2D} context @param {import("./shapes.js").Place} place of the words' middle at the left @param {number} width */
  #ground(context, { x, y }, width) {
    const { opacity, margin, height } = GROUND;
    context.globalAlpha = opacity;
    context.fillStyle = this.colours.panel;
    context.fillRect(x - margin, y - height / 2, width + 2 * margin, height);
    context.globalAlpha = 1;
  }

  /** @param {CanvasRenderingContext2D} context @param {Painted} painted */
  #marks(context, { shape, isChosen, hasBell }) {
    context.lineWidth = isChosen ? 2 : 1.5;
    if (isChosen) for (const handle of shape.handles) this.#handle(context, handle);
    if (hasBell) this.#bell(context, shape.handles[0]);
  }

  /** @param {CanvasRenderingContext2D} context @param {import("./shapes.js").Stroke} stroke */
  #stroke(context, { places, isDashed = false, isFaint = false }) {
    context.globalAlpha = isFaint ? FAINT_OPACITY : 1;
    context.setLineDash(isDashed ? DASHES : []);
    context.beginPath();
    for (const { x, y } of places) context.lineTo(x, y);
    context.stroke();
    context.globalAlpha = 1;
  }

  /** @param {CanvasRenderingContext2D} context @param {{from: import("./shapes.js").Place, to: import("./shapes.js").Place}} area */
  #fill(context, { from, to }) {
    context.globalAlpha = AREA_OPACITY;
    context.fillRect(from.x, from.y, to.x - from.x, to.y - from.y);
    context.globalAlpha = 1;
  }

  /** @param {CanvasRenderingContext2D} context @param {import("./shapes.js").Place} place */
  #handle(context, { x, y }) {
    context.setLineDash([]);
    context.beginPath();
    context.arc(x, y, HANDLE_RADIUS, 0, 2 * Math.PI);
    const stroke = context.strokeStyle;
    context.fillStyle = this.colours.panel;
    context.fill();
    context.strokeStyle = stroke;
    context.stroke();
  }

  /** Above the first handle. @param {CanvasRenderingContext2D} context @param {import("./shapes.js").Place} place */
  #bell(context, { x, y }) {
    context.setLineDash([]);
    context.lineWidth = 1.4;
    context.translate(x - BELL_SIZE / 2, y - BELL_SIZE - 8);
    const path = new Path2D(BELL);
    context.fillStyle = this.colours.panel;
    context.fill(path);
    context.stroke(path);
  }
}

/** @param {number} ratio @returns {string} such as `61.8 %` */
function ratioText(ratio) {
  return `${Number((ratio * 100).toFixed(1))} %`;
}
