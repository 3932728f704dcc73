/** A press of a button that excludes others of it: a second one, or Enter, does nothing while what it asks for is under way. */

/** @type {WeakMap<HTMLElement, object>} by button, the press whose asking is under way */
const underWay = new WeakMap();

/**
 * @param {HTMLElement} button which says so meanwhile, and keeps the focus
 * @param {() => Promise<void>} act
 */
export async function exclusivePress(button, act) {
  if (button.getAttribute("aria-disabled")) return;
  const press = {};
  underWay.set(button, press);
  button.setAttribute("aria-disabled", "true");
  try {
    await act();
  } finally {
    if (underWay.get(button) === press) letPress(button);
  }
}

/** Let it be pressed again: what is under way was asked for by somebody else, or for another. @param {HTMLElement} button */
export function letPress(button) {
  underWay.delete(button);
  button.removeAttribute("aria-disabled");
}
