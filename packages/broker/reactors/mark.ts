// One number for a row of offsets: another row has another number, but for one chance in 2^53.

export class Mark {
  // FNV-1a twice, with other primes.
  #low = 0x811c9dc5;
  #high = 0x1000193;

  /** A safe integer. */
  add(offset: number): void {
    const [below, above] = [offset | 0, Math.floor(offset / 2 ** 32) | 0];
    this.#low = Math.imul(Math.imul(this.#low ^ below, 0x01000193) ^ above, 0x01000193);
    this.#high = Math.imul(Math.imul(this.#high ^ below, 0x85ebca6b) ^ above, 0xc2b2ae35);
    this.#high ^= this.#high >>> 15;
  }

  get value(): number {
    return (this.#high >>> 11) * 2 ** 32 + (this.#low >>> 0);
  }
}
