// The descriptors of one thread's files: at most so many are open. Files are opened when they are
// used; where that makes too many, those go that were not used since somebody looked last.

/** A file that may be opened again whenever it is used. */
export interface Reopenable {
  /** Used since this was set to false. */
  wasUsed: boolean;
  /** Its descriptor is in use beyond this turn. */
  readonly isBusy: boolean;
  closeNow(): void;
}

export class DescriptorPool {
  readonly #open = new Set<Reopenable>();
  readonly #countMax: number;

  constructor(countMax: number) {
    this.#countMax = countMax;
  }

  get count(): number {
    return this.#open.size;
  }

  /** More than it may keep are there for as long as all of them are busy. */
  opened(file: Reopenable): void {
    // The one that is opened is used now.
    this.trim();
    this.#open.add(file);
  }

  closed(file: Reopenable): void {
    this.#open.delete(file);
  }

  /** Makes room for one more. Whoever was used gets a second chance, at the end of the row. */
  trim(): void {
    let left = 2 * this.#open.size;
    for (const file of this.#open) {
      if (this.#open.size < this.#countMax || left-- === 0) return;
      if (file.isBusy) continue;
      if (!file.wasUsed) {
        file.closeNow();
        continue;
      }
      file.wasUsed = false;
      this.#open.delete(file);
      this.#open.add(file);
    }
  }
}
