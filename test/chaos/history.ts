// What clients were told and what they saw, and what is wrong with it. Values are unique, and tell
// their key and their place in the order in which they were sent: `key#number`.

export interface Placed {
  readonly partition: number;
  readonly offset: number;
  readonly value: string;
}

/** Wall ms. */
export interface Acknowledgement {
  readonly sentAt: number;
  readonly at: number;
}

type ByOffset = Map<number, string>;

export class History {
  readonly acknowledgements: Acknowledgement[] = [];
  /** What clients met with, and how often; none of it is a problem by itself. */
  readonly errors = new Map<string, number>();
  readonly #acknowledged: Placed[] = [];
  readonly #read: ByOffset[] = [];
  readonly #found: ByOffset[] = [];
  readonly #committed: number[] = [];
  readonly #problems: string[] = [];

  acknowledged(placed: Placed, sentAt: number): void {
    this.acknowledgements.push({ sentAt, at: Date.now() });
    this.#acknowledged.push(placed);
  }

  /** Whether it is in the log is not known, or some other client's way was barred. */
  failed(what: string, { message }: Error): void {
    const name = `${what}: ${message}`;
    this.errors.set(name, (this.errors.get(name) ?? 0) + 1);
  }

  /** By a member of the group, while the faults go on. */
  read(placed: Placed): void {
    this.#note(this.#read, placed);
  }

  /** In the end, when all is well again. */
  found(placed: Placed): void {
    this.#note(this.#found, placed);
  }

  committed(partition: number, offset: number): void {
    const before = this.#committed[partition] ?? 0;
    if (offset < before) {
      this.#problems.push(`the group's offset of ${partition} went from ${before} to ${offset}`);
    }
    this.#committed[partition] = offset;
  }

  hasReadUpTo(ends: readonly number[]): boolean {
    return ends.every((end, partition) => end === 0 || this.#read[partition]?.has(end - 1));
  }

  /** Empty: all is well. */
  problems(): readonly string[] {
    const problems = [...this.#problems];
    for (const { partition, offset, value } of this.#acknowledged) {
      // An idempotent producer that asked again is told that it is there, but not where.
      const found = offset < 0 ? value : this.#found[partition]?.get(offset);
      if (found !== value) {
        problems.push(`lost: ${value} acknowledged at ${partition}@${offset}, there is ${found}`);
      }
    }
    for (const [partition, read] of this.#read.entries()) {
      for (const [offset, value] of read ?? []) {
        const found = this.#found[partition]?.get(offset);
        if (found === value) continue;
        problems.push(`inconsistent: ${value} read at ${partition}@${offset}, there is ${found}`);
      }
    }
    return [...problems, ...this.#disorder(), ...this.#unseen()];
  }

  /** What is there twice, or behind what was sent later. */
  #disorder(): string[] {
    const problems: string[] = [];
    const last = new Map<string, number>();
    for (const [partition, found] of this.#found.entries()) {
      for (const [offset, value] of [...found ?? []].sort(([a], [b]) => a - b)) {
        const [key = "", number = ""] = value.split("#");
        const before = last.get(key) ?? -1;
        const word = Number(number) === before ? "doubled" : "reordered";
        if (Number(number) <= before) {
          problems.push(`${word}: ${value} at ${partition}@${offset}, behind ${key}#${before}`);
        }
        last.set(key, Number(number));
      }
    }
    return problems;
  }

  /** What is there and no member has read. */
  #unseen(): string[] {
    return [...this.#found.entries()].flatMap(([partition, found]) =>
      [...found ?? []]
        .filter(([offset]) => !this.#read[partition]?.has(offset))
        .map(([offset, value]) => `unseen: nobody has read ${value} at ${partition}@${offset}`)
    );
  }

  #note(all: ByOffset[], { partition, offset, value }: Placed): void {
    const known = all[partition] ??= new Map();
    const other = known.get(offset);
    if (other === undefined) known.set(offset, value);
    else if (other !== value) {
      this.#problems.push(`inconsistent: ${partition}@${offset} was ${other}, then ${value}`);
    }
  }
}
