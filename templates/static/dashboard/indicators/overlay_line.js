/**
 * A line of an indicator over the prices. On a scale in per cent the library measures each series from its own first value
 * in sight, which would move an average away from its prices: this one is measured as they are, from the same base.
 */

/** @typedef {import("lightweight-charts").UTCTimestamp} UTCTimestamp */
/** @typedef {{time: UTCTimestamp, base?: number, value?: number}} OverlayPoint `base`: of its candle; `value`: none before it is known */
/** @typedef {import("lightweight-charts").CustomSeriesOptions & {lineWidth: number, isDashed: boolean}} OverlayOptions */
/** @typedef {import("lightweight-charts").PaneRendererCustomData<import("lightweight-charts").Time, OverlayPoint>} Bars */
/** @typedef {Parameters<import("lightweight-charts").ICustomSeriesPaneRenderer["draw"]>[0]} Target */
/** @typedef {Parameters<Parameters<Target["useBitmapCoordinateSpace"]>[0]>[0]} BitmapScope */
/** @typedef {import("lightweight-charts").ICustomSeriesPaneView<import("lightweight-charts").Time, OverlayPoint, OverlayOptions>} View */

const DASH_PIXELS = 4;

/** @implements {View} */
export class OverlayLine {
  #defaults;
  /** @type {Bars | undefined} */
  #data;
  /** @type {OverlayOptions | undefined} */
  #options;
  #renderer = {
    draw: (/** @type {Target} */ target, /** @type {(price: number) => number | null} */ yOf) => this.#draw(target, yOf),
  };

  /** @param {import("lightweight-charts").CustomSeriesOptions} defaults the library's */
  constructor(defaults) {
    this.#defaults = { ...defaults, lineWidth: 1, isDashed: false };
  }

  renderer() {
    return this.#renderer;
  }

  /** @param {Bars} data @param {OverlayOptions} options */
  update(data, options) {
    this.#data = data;
    this.#options = options;
  }

  /** The last of them is that which the scale is measured from. @param {OverlayPoint} point */
  priceValueBuilder({ value, base = NaN }) {
    return value === undefined ? [base] : [value, base];
  }

  /** @param {OverlayPoint} point @returns {point is import("lightweight-charts").CustomSeriesWhitespaceData<UTCTimestamp>} */
  isWhitespace(point) {
    return point.base === undefined;
  }

  defaultOptions() {
    return this.#defaults;
  }

  /** @param {Target} target @param {(price: number) => number | null} yOf */
  #draw(target, yOf) {
    // biome-ignore lint/correctness/useHookAtTopLevel: named like a hook of React, which it isn't
    target.useBitmapCoordinateSpace((scope) => this.#stroke(scope, yOf));
  }

  /** @param {BitmapScope} scope @param {(price: number) => number | null} yOf */
  #stroke({ context, horizontalPixelRatio: across, verticalPixelRatio: down }, yOf) {
    const [data, options] = [this.#data, this.#options];
    if (!data?.visibleRange || !options) return;
    context.beginPath();
    for (const { x, y, isFirst } of pointsInSight(data, data.visibleRange, yOf)) {
      context[isFirst ? "moveTo" : "lineTo"](x * across, y * down);
    }
    context.setLineDash(options.isDashed ? [DASH_PIXELS * across, DASH_PIXELS * across] : []);
    Object.assign(context, { strokeStyle: options.color, lineWidth: options.lineWidth * down, lineJoin: "round" });
    context.stroke();
  }
}

/**
 * With one at each side, to which the line runs. The library places none but those in sight: an `x` of another is from
 * when that was in sight, or none, so that all are placed from the first in sight.
 *
 * @param {Bars} data
 * @param {{from: number, to: number}} sight
 * @param {(price: number) => number | null} yOf
 */
function pointsInSight({ bars, barSpacing }, { from, to }, yOf) {
  if (from >= to) return [];
  const first = bars[from];
  let isFirst = true;
  return bars.slice(Math.max(0, from - 1), to + 1).flatMap(({ time, originalData: { value } }) => {
    const y = value === undefined ? null : yOf(value);
    const found = y === null ? [] : [{ x: first.x + (time - first.time) * barSpacing, y, isFirst }];
    isFirst = y === null;
    return found;
  });
}
