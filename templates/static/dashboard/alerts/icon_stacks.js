/**
 * Where the icons of alerts stand whose lines are so near to each other that they would cover each other. They are a stack
 * at their lines, of which one sees that there are several; while one of them is pointed at, or has the focus, they stand
 * under one another, by their prices, that one at its line.
 */

/** @typedef {{key: string, y: number}} Place px below the chart's upper edge */
/** @typedef {{key: string, y: number | null}} Icon at its line; null: not in sight */
/** @typedef {{y: number, depth: number, isSpread: boolean}} IconPlace `depth`: how many are in front of it, as far as that is seen */

/** An icon is so high, px. */
export const ICON_PIXELS = 22;
/** So many are seen behind the one in front: more would cover the newest candles. */
const MOST_BEHIND = 2;

export class IconStacks {
  #changed;
  /** The one that was pointed at, or focused, first of its stack. */
  #open = "";

  /** @param {() => void} changed they are to be placed anew */
  constructor(changed) {
    this.#changed = changed;
  }

  /** @param {HTMLElement} icon @param {string} key */
  watch(icon, key) {
    icon.addEventListener("pointerenter", ({ pointerType }) => pointerType === "mouse" && this.#show(icon, key));
    icon.addEventListener("focus", () => this.#show(icon, key));
    for (const left of ["pointerleave", "blur"]) icon.addEventListener(left, () => this.#changed());
  }

  /**
   * @param {(Icon & {node: HTMLElement})[]} icons
   * @param {{height: number, step: number}} room px, of the candles, and from one icon to the next that stands under it
   * @returns {Map<string, IconPlace>} of those in sight
   */
  place(icons, room) {
    const inUse = (/** @type {Place[]} */ stack) => icons.some(({ key, node }) => stack.some((place) => place.key === key) && node.matches(":hover, :focus"));
    const isOpen = (/** @type {Place[]} */ stack) => stack.length > 1 && stack.some(({ key }) => key === this.#open) && inUse(stack);
    return new Map(stacksOf(icons).flatMap((stack) => (isOpen(stack) ? spread(stack, this.#open, room) : piled(stack))));
  }

  /** What one points at stays where it is. @param {HTMLElement} icon @param {string} key */
  #show(icon, key) {
    if (icon.dataset.spread === "true") return;
    this.#open = key;
    this.#changed();
  }
}

/** @param {Icon[]} icons @returns {Place[][]} those that would cover each other, even if but by others between them, by their places */
export function stacksOf(icons) {
  const inSight = icons.flatMap(({ key, y }) => (y === null ? [] : [{ key, y }]));
  inSight.sort((one, other) => one.y - other.y);
  /** @type {Place[][]} */
  const stacks = [];
  for (const icon of inSight) {
    const last = stacks.at(-1);
    if (last && icon.y - last[last.length - 1].y < ICON_PIXELS) last.push(icon);
    else stacks.push([icon]);
  }
  return stacks;
}

/** @param {Place[]} stack @returns {[string, IconPlace][]} at their lines, the lowest in front */
export function piled(stack) {
  return stack.map(({ key, y }, index) => [key, { y, depth: Math.min(MOST_BEHIND, stack.length - 1 - index), isSpread: false }]);
}

/**
 * @param {Place[]} stack
 * @param {string} open it stays at its line, as far as the others have room above and below it
 * @param {{height: number, step: number}} room
 * @returns {[string, IconPlace][]} under one another
 */
export function spread(stack, open, { height, step }) {
  const index = stack.findIndex(({ key }) => key === open);
  const lowest = height - step / 2 - (stack.length - 1) * step;
  const first = Math.max(step / 2, Math.min(stack[index].y - index * step, lowest));
  return stack.map(({ key }, at) => [key, { y: first + at * step, depth: 0, isSpread: true }]);
}
