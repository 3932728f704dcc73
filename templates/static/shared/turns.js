/** Turns, of which each ends the one before: what is answered to an older one is meant for nobody any more. */
export class Turns {
  #count = 0;

  /** Begin the next. @returns {() => boolean} whether it is still the latest */
  begin() {
    this.#count += 1;
    return this.current();
  }

  /** @returns {() => boolean} whether the turn that is the latest now still is */
  current() {
    const turn = this.#count;
    return () => turn === this.#count;
  }
}
