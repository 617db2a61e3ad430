// A map by text of which every change makes a new version that shares almost everything with the
// one before: a change of one topic must not cost a copy of all topics.
//
//   root: 32 branches → each 32 buckets → each a small Map; one of each is copied by a change

const WIDTH = 32;
const BITS = 5;

type Bucket<V> = ReadonlyMap<string, V>;
type Branch<V> = readonly (Bucket<V> | undefined)[];

/** Immutable. Its order is that of hashes: sort where order is seen. */
export class PersistentMap<V> {
  readonly #root: readonly (Branch<V> | undefined)[];
  readonly size: number;

  private constructor(root: readonly (Branch<V> | undefined)[], size: number) {
    this.#root = root;
    this.size = size;
  }

  static empty<V>(): PersistentMap<V> {
    return new PersistentMap<V>([], 0);
  }

  static from<V>(entries: Iterable<readonly [string, V]>): PersistentMap<V> {
    let map = PersistentMap.empty<V>();
    for (const [key, value] of entries) map = map.with(key, value);
    return map;
  }

  get(key: string): V | undefined {
    const hash = hashOf(key);
    return this.#root[high(hash)]?.[low(hash)]?.get(key);
  }

  has(key: string): boolean {
    const hash = hashOf(key);
    return this.#root[high(hash)]?.[low(hash)]?.has(key) ?? false;
  }

  with(key: string, value: V): PersistentMap<V> {
    const size = this.has(key) ? this.size : this.size + 1;
    return this.#change(key, (bucket) => new Map(bucket).set(key, value), size);
  }

  without(key: string): PersistentMap<V> {
    if (!this.has(key)) return this;
    return this.#change(key, (bucket) => {
      const copy = new Map(bucket);
      copy.delete(key);
      return copy;
    }, this.size - 1);
  }

  *[Symbol.iterator](): Generator<[string, V]> {
    for (const branch of this.#root) {
      for (const bucket of branch ?? []) yield* bucket ?? [];
    }
  }

  *values(): Generator<V> {
    for (const [, value] of this) yield value;
  }

  /** Keys whose value is another one, or is in one of both only. Looks only where they differ. */
  changedKeys(other: PersistentMap<V>): Set<string> {
    const changed = new Set<string>();
    for (let i = 0; i < WIDTH; i++) {
      const [mine, theirs] = [this.#root[i], other.#root[i]];
      if (mine === theirs) continue;
      for (let j = 0; j < WIDTH; j++) compareBuckets(mine?.[j], theirs?.[j], changed);
    }
    return changed;
  }

  #change(key: string, change: (bucket: Bucket<V>) => Bucket<V>, size: number): PersistentMap<V> {
    const hash = hashOf(key);
    const root = [...this.#root];
    const branch = [...root[high(hash)] ?? []];
    branch[low(hash)] = change(branch[low(hash)] ?? new Map());
    root[high(hash)] = branch;
    return new PersistentMap(root, size);
  }
}

function compareBuckets<V>(
  mine: Bucket<V> | undefined,
  theirs: Bucket<V> | undefined,
  changed: Set<string>,
): void {
  if (mine === theirs) return;
  for (const [key, value] of mine ?? []) {
    if (theirs?.get(key) !== value || !theirs.has(key)) changed.add(key);
  }
  for (const key of theirs?.keys() ?? []) if (!mine?.has(key)) changed.add(key);
}

/** FNV-1a over UTF-16 code units. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) {
    hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  }
  return hash ^ (hash >>> 15);
}

const high = (hash: number): number => (hash >>> BITS) & (WIDTH - 1);
const low = (hash: number): number => hash & (WIDTH - 1);
