/** Enter that is held: its first press has asked something, and those that a browser makes of it are no answer. */

/** @param {KeyboardEvent} event @returns {boolean} a key that is still held from before would choose at once */
export function isHeldEnter({ key, repeat }) {
  return repeat && key === "Enter";
}
