/**
 * Do what a form or a button asks for once at a time: a second press, or Enter, while that is under way does nothing.
 *
 * @param {HTMLElement} button which says so meanwhile, and keeps the focus
 * @param {() => Promise<void>} act
 */
export async function onceAtATime(button, act) {
  if (button.getAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true");
  try {
    await act();
  } finally {
    button.removeAttribute("aria-disabled");
  }
}
