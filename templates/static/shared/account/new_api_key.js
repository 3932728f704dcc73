/** The text of a new API key: shown until it is copied, or its owner says that it is kept. */
import { copied } from "../output/clipboard.js";
import { byId } from "../elements.js";

const ASK_FIRST = "Copy the key, or press “I have kept it”, before you close this.";
const BY_HAND = "This browser doesn't let the page copy. The key is selected: copy it by hand.";

export class NewApiKey {
  #part = byId("api-key-made");
  #text = byId("api-key-text");
  #copied = byId("api-key-copied");
  #isKept = true;

  /** @param {() => void} done what follows once the owner has it */
  constructor(done) {
    byId("api-key-copy").addEventListener("click", () => this.#copy());
    byId("api-key-kept").addEventListener("click", () => {
      this.clear();
      done();
    });
    this.#text.addEventListener("copy", () => this.#keep());
  }

  /** @returns {boolean} whether nothing is lost when it is shown no more; else it says what to do first */
  isKept() {
    if (!this.#isKept) this.#copied.textContent = ASK_FIRST;
    return this.#isKept;
  }

  /** @param {string} text */
  show(text) {
    this.#isKept = false;
    this.#text.textContent = text;
    this.#part.hidden = false;
    byId("api-key-copy").focus();
  }

  clear() {
    this.#isKept = true;
    this.#part.hidden = true;
    this.#text.textContent = this.#copied.textContent = "";
  }

  async #copy() {
    const text = this.#text.textContent;
    const isCopied = await copied(text);
    if (this.#text.textContent !== text) return; // it is shown no more
    if (isCopied) this.#keep();
    else this.#select();
  }

  #keep() {
    this.#isKept = true;
    this.#copied.textContent = "Copied.";
  }

  #select() {
    getSelection()?.selectAllChildren(this.#text);
    this.#text.focus();
    this.#copied.textContent = BY_HAND;
  }
}
