/** Choices that a seed decides: the same seed gives the same choices on every machine. */
export class Choices {
  #state;

  /** @param {number} seed */
  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** @returns {number} from 0 to 1, without 1 */
  number() {
    // A linear congruence mixed by shifts: enough to choose, and without state elsewhere.
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 0x2c1b3c6d);
    mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  }

  /** @param {number} share */
  chance(share) {
    return this.number() < share;
  }

  /** From and to are both possible. */
  between(from, to) {
    return from + Math.floor(this.number() * (to - from + 1));
  }

  /** @template T @param {readonly T[]} list @returns {T} */
  of(list) {
    return list[Math.floor(this.number() * list.length)];
  }
}
