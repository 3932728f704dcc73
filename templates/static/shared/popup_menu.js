/** A menu that its button opens, under it and with the right edges in line. */

const GAP_PIXELS = 4;
const MARGIN_PIXELS = 8;

export class PopupMenu {
  #menu;
  #button;

  /** @param {HTMLElement} menu a popover @param {HTMLElement} button that opens it */
  constructor(menu, button) {
    this.#menu = menu;
    this.#button = button;
    menu.addEventListener("beforetoggle", ({ newState }) => newState === "open" && this.#place());
    menu.addEventListener("toggle", () => this.#keepInSight());
    addEventListener("resize", () => this.close());
  }

  /** @returns {boolean} */
  get hasFocus() {
    return this.#menu.contains(document.activeElement);
  }

  /** @param {HTMLElement} item @param {() => void} act what it does, once the menu has closed */
  offer(item, act) {
    item.addEventListener("click", () => {
      this.close();
      act();
    });
  }

  close() {
    this.#menu.hidePopover();
  }

  #place() {
    const { bottom, right } = this.#button.getBoundingClientRect();
    this.#menu.style.top = `${bottom + GAP_PIXELS}px`;
    this.#menu.style.right = `${document.documentElement.clientWidth - right}px`;
  }

  /** Its width is known once it is open. */
  #keepInSight() {
    const { left, width } = this.#menu.getBoundingClientRect();
    if (width && left < MARGIN_PIXELS) this.#menu.style.right = `${document.documentElement.clientWidth - width - MARGIN_PIXELS}px`;
  }
}
