/** Writing to the page: at most once a frame, and only what changed. */

const TEXT_NODE = 3;

/**
 * @template {unknown[]} Values
 * @param {(...values: Values) => void} paint
 * @returns {(...values: Values) => void} paints the newest in the browser's next frame, however many came before
 */
export function oncePerFrame(paint) {
  let pending = false;
  /** @type {Values} */
  let newest;
  return (...values) => {
    newest = values;
    if (pending) return;
    pending = true;
    requestAnimationFrame(() => {
      pending = false;
      paint(...newest);
    });
  };
}

/**
 * @param {number} milliseconds
 * @param {() => void} act
 * @returns {() => void} acts at once, and then no sooner than so long after the last time, where it was called meanwhile
 */
export function atMostEvery(milliseconds, act) {
  let isResting = false;
  let isWanted = false;
  const begin = () => {
    isResting = true;
    isWanted = false;
    setTimeout(() => {
      isResting = false;
      if (isWanted) begin();
    }, milliseconds);
    act();
  };
  return () => {
    if (isResting) isWanted = true;
    else begin();
  };
}

/**
 * @param {number} milliseconds
 * @param {() => void} act
 * @returns {() => void} acts once within so long, however often it is called meanwhile
 */
export function onceIn(milliseconds, act) {
  let pending = false;
  return () => {
    if (pending) return;
    pending = true;
    setTimeout(() => {
      pending = false;
      act();
    }, milliseconds);
  };
}

/**
 * A text that stays costs the browser less than a new one. One that gets longer or shorter is made anew: at the right of
 * its place it would begin elsewhere, which counts as a shift of the layout.
 *
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  const { firstChild } = element;
  const isTextAlone = firstChild?.nodeType === TEXT_NODE && firstChild === element.lastChild;
  const before = isTextAlone ? firstChild.nodeValue : element.textContent;
  if (before === text) return;
  if (isTextAlone && before?.length === text.length) firstChild.nodeValue = text;
  else element.textContent = text;
}

/**
 * @param {HTMLElement} element
 * @param {string} name of a `data-…` attribute, without its beginning
 * @param {string} value
 */
export function setData(element, name, value) {
  if (element.dataset[name] !== value) element.dataset[name] = value;
}

/**
 * @param {HTMLElement} element
 * @param {number} share that its bar shows, in per cent
 */
export function setShare(element, share) {
  const text = `${share.toFixed(1)}%`;
  if (element.style.getPropertyValue("--share") !== text) element.style.setProperty("--share", text);
}

/**
 * As `setShare`, where the bar is the element's only background: what is in the element isn't styled anew with it, as
 * it is with a custom property.
 *
 * @param {HTMLElement} element
 * @param {number} share in per cent
 */
export function setBar(element, share) {
  const text = `${share.toFixed(1)}% 100%`;
  if (element.style.backgroundSize !== text) element.style.backgroundSize = text;
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string>} [attributes] `class`, `data-…`, `aria-…`
 * @param {(Node | string)[]} children
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

const FLASH = { duration: 700, easing: "ease-out", pseudoElement: "::after" };
const calm = matchMedia("(prefers-reduced-motion: reduce)");
/** @type {WeakMap<HTMLElement, Animation>} each played again: for a new one the browser lays out what has been written until then */
const flashes = new WeakMap();

/**
 * Light an element up in the colour of a rise or a fall; neither its size nor its place changes. Only an opacity moves,
 * which the browser's compositor does by itself: a colour would be styled and painted anew in each frame.
 *
 * @param {HTMLElement} target of the class `flashes`
 * @param {number} change
 */
export function flash(target, change) {
  if (!change || calm.matches) return;
  setData(target, "flash", change > 0 ? "up" : "down");
  const known = flashes.get(target);
  if (known) replay(known);
  else flashes.set(target, target.animate([{ opacity: 1 }, { opacity: 0 }], FLASH));
}

/** @param {Animation} animation */
function replay(animation) {
  animation.currentTime = 0;
  animation.play();
}
