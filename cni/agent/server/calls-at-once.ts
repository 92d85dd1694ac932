/** How many calls go on beside one another, each from when it is heard of until it is answered. */
export class CallsAtOnce {
  #count = 0;

  /** Gives what ends it; a call that has ended stays so. */
  begin(): () => void {
    this.#count += 1;
    let isEnded = false;
    return () => {
      if (!isEnded) this.#count -= 1;
      isEnded = true;
    };
  }

  get areSeveral(): boolean {
    return this.#count > 1;
  }
}
