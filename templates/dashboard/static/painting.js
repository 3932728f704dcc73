/** Writing to the page: at most once a frame, and only what changed. */

/**
 * @template T
 * @param {(value: T) => void} paint
 * @returns {(value: T) => void} paints the newest value in the browser's next frame, however many came before
 */
export function oncePerFrame(paint) {
  let pending = false;
  let newest;
  return (value) => {
    newest = value;
    if (pending) return;
    pending = true;
    requestAnimationFrame(() => {
      pending = false;
      paint(newest);
    });
  };
}

/**
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * @param {string} tag
 * @param {Record<string, string>} [attributes] `class`, `data-…`, `aria-…`
 * @param {(Node | string)[]} children
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

const FLASH = { duration: 700, easing: "ease-out" };
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * Light an element up in the colour of a rise or a fall; neither its size nor its place changes.
 *
 * @param {Element} target
 * @param {number} change
 */
export function flash(target, change) {
  if (!change || calm.matches) return;
  const colour = `var(--${change > 0 ? "up" : "down"}-flash)`;
  target.animate([{ backgroundColor: colour }, { backgroundColor: "transparent" }], FLASH);
}
