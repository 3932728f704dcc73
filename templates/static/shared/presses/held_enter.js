/** @param {KeyboardEvent} event @returns {boolean} a key that is still held from before would choose at once */
export function isHeldEnter({ key, repeat }) {
  return repeat && key === "Enter";
}
