/** The elements that a page's template has, with their types: one that is missing is told by its name, at once. */

/**
 * @overload
 * @param {string} id
 * @returns {HTMLElement}
 */
/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @overload
 * @param {string} id
 * @param {Tag} tag
 * @returns {HTMLElementTagNameMap[Tag]}
 */
/**
 * @param {string} id
 * @param {string} [tag] that the element has
 * @returns {HTMLElement}
 * @throws {TypeError} there is none
 */
export function byId(id, tag) {
  return known(document.getElementById(id), `#${id}`, tag);
}

/**
 * @overload
 * @param {ParentNode} whole
 * @param {string} selector
 * @returns {HTMLElement}
 */
/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @overload
 * @param {ParentNode} whole
 * @param {string} selector
 * @param {Tag} tag
 * @returns {HTMLElementTagNameMap[Tag]}
 */
/**
 * @param {ParentNode} whole
 * @param {string} selector of the first element in it
 * @param {string} [tag] that the element has
 * @returns {HTMLElement}
 * @throws {TypeError} there is none
 */
export function partOf(whole, selector, tag) {
  return known(whole.querySelector(selector), selector, tag);
}

/** @param {ParentNode} whole @param {string} selector @returns {NodeListOf<HTMLElement>} there may be none */
export function partsOf(whole, selector) {
  return whole.querySelectorAll(selector);
}

/** @param {HTMLElement} part @returns {HTMLElement} what it is in */
export function parentOf(part) {
  return known(part.parentElement, `around #${part.id}`);
}

/** @param {Event} event @returns {HTMLElement} what it happened to */
export function targetOf({ target }) {
  return /** @type {HTMLElement} */ (target);
}

/** @param {Event} event @returns {HTMLInputElement} the control in which the reader has chosen something */
export function inputOf({ target }) {
  return /** @type {HTMLInputElement} */ (target);
}

/**
 * @param {HTMLElement | null} found
 * @param {string} name
 * @param {string} [tag]
 */
function known(found, name, tag) {
  if (found && (!tag || found.localName === tag)) return found;
  throw new TypeError(`The page has no ${tag ? `<${tag}>` : "element"} ${name}`);
}
