import assert from "node:assert/strict";
import test from "node:test";

import { Fitting } from "../../../../templates/static/shared/chart/fitting.js";

/** @param {{from: number, to: number} | null} logical what of ten points is in sight @param {number} [width] */
function scaleAt(logical, width = 400) {
  const scale = {
    fits: 0,
    width: () => width,
    fitContent: () => scale.fits++,
    subscribeSizeChange: () => {},
    getVisibleLogicalRange: () => logical,
  };
  return scale;
}

/** @param {object} scale */
const fittingOf = (scale) => new Fitting(/** @type {any} */ ({ timeScale: () => scale }));

test("who sees all of a chart has chosen nothing, and sees all of it later, too", () => {
  for (const logical of [{ from: 0, to: 9 }, { from: 0.4, to: 8.7 }, { from: -3, to: 12 }, null]) {
    assert.equal(fittingOf(scaleAt(logical)).isCloser(10), false);
  }
});

test("who sees a part of it has chosen that", () => {
  for (const logical of [{ from: 3, to: 9 }, { from: 0, to: 5 }]) assert.equal(fittingOf(scaleAt(logical)).isCloser(10), true);
});

test("nobody has chosen what is in sight of a chart that is still to be fitted", () => {
  const scale = scaleAt({ from: 3, to: 9 }, 0);
  const fitting = fittingOf(scale);
  fitting.begin();
  assert.deepEqual([scale.fits, fitting.isCloser(10)], [0, false]);
});
