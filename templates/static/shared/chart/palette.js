/** The page's colours for what is drawn on a canvas, where style sheets don't reach. */

/**
 * @param {string[]} names of theme.css, without their dashes
 * @returns {Record<string, string>} as `rgb(…)`: the present theme's
 */
export function paletteOf(names) {
  const probe = document.createElement("span");
  document.body.append(probe);
  const colour = (/** @type {string} */ name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const palette = Object.fromEntries(names.map((name) => [name, colour(name)]));
  probe.remove();
  return palette;
}

/** @param {() => void} handler called when the reader, or their system, turns to the other theme */
export function onThemeChange(handler) {
  matchMedia("(prefers-color-scheme: light)").addEventListener("change", handler);
  new MutationObserver(handler).observe(document.documentElement, { attributeFilter: ["data-theme"] });
}
