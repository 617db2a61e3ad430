// What the readers of a group have read, line by line: `r PARTITION OFFSET KEY VALUE HEADER`. The
// record of number n has the key `k<n % 50>`, the value `v<n>` and a header with n.

interface Record {
  readonly key: string;
  readonly number: number;
}

const KEYS = 50;

export class Seen {
  /** By partition and offset. */
  readonly #records = new Map<string, Record>();
  readonly #numbers = new Set<number>();
  #problem: string | undefined;

  /** Records, each once. */
  get count(): number {
    return this.#numbers.size;
  }

  /** Numbers below. */
  below(number: number): number {
    return [...this.#numbers].filter((one) => one < number).length;
  }

  forget(): void {
    this.#records.clear();
    this.#numbers.clear();
  }

  take(line: string): void {
    const [kind, partition, offset, key = "", value = "", header = ""] = line.split(" ");
    if (kind !== "r") return;
    const number = Number(value.slice(1));
    const isWhole = value === `v${number}` && key === `k${number % KEYS}` && header === `${number}`;
    if (!isWhole) this.#problem ??= `not what was written: ${line}`;
    const place = `${partition} ${offset}`;
    const known = this.#records.get(place);
    if (known !== undefined && known.number !== number) {
      this.#problem ??= `${place} was v${known.number}, and is v${number}`;
    }
    this.#records.set(place, { key, number });
    this.#numbers.add(number);
  }

  /** Throws if records differ from what was written, are twice in the log, or out of order. */
  check(mayRepeat: boolean): void {
    if (this.#problem !== undefined) throw new Error(this.#problem);
    const repeated = this.#records.size - this.#numbers.size;
    if (repeated > 0 && !mayRepeat) throw new Error(`${repeated} records are in the log twice`);
    const inOrder = [...this.#records].map(([place, record]) => {
      const [partition = 0, offset = 0] = place.split(" ").map(Number);
      return { partition, offset, ...record };
    }).sort((a, b) => a.partition - b.partition || a.offset - b.offset);
    const last = new Map<string, { partition: number; number: number }>();
    const met = new Set<number>();
    for (const { partition, key, number } of inOrder) {
      if (met.has(number)) continue;
      met.add(number);
      const before = last.get(key);
      if (before !== undefined && before.partition !== partition) {
        throw new Error(`${key} is in partitions ${before.partition} and ${partition}`);
      }
      if (before !== undefined && before.number > number) {
        throw new Error(`v${number} of ${key} comes after v${before.number}`);
      }
      last.set(key, { partition, number });
    }
  }
}
