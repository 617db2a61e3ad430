// A map by text of which every change makes a new version that shares almost everything with the
// one before: a change of one topic, or of one offset of a group, must not cost a copy of all.
//
// A compressed hash trie (Bagwell; "CHAMP", Steindorfer and Vinju 2015): each node takes 5 bits of
// the hash and holds, packed by two bitmaps, entries and the nodes below.
//
//   data 0b…0101, nodes 0b…1000   →   slots [key, value, key, value, node]
//
// Below the last bits of the hash a node holds entries of one hash, however many.
//
// Who makes very many changes in a row, and shows nobody the versions between, makes them under one
// `Edit`: what was made under it is changed in place (Clojure's transients).

const BITS = 5;
const MASK = 31;
/** Here no bits of the hash are left. */
const BOTTOM = 35;

const ABSENT = Symbol("absent");
/** Of a node without anything: what it has is never changed, only replaced. */
const NOTHING: Shape = { data: 0, nodes: 0, slots: [] };

/**
 * The right to change in place what is made under it. A version that somebody is shown ends it:
 * whatever comes after is changed under another one.
 */
export class Edit {}

interface Entry<V> {
  readonly key: string;
  readonly hash: number;
  readonly value: V;
  readonly edit: Edit | undefined;
}

/** Immutable. Its order is that of hashes: sort where order is seen. */
export class PersistentMap<V> {
  #root: Node<V>;
  #size: number;
  readonly #edit: Edit | undefined;

  private constructor(root: Node<V>, size: number, edit?: Edit) {
    this.#root = root;
    this.#size = size;
    this.#edit = edit;
  }

  get size(): number {
    return this.#size;
  }

  static empty<V>(): PersistentMap<V> {
    return new PersistentMap<V>(new Node<V>(NOTHING), 0);
  }

  static from<V>(entries: Iterable<readonly [string, V]>): PersistentMap<V> {
    let map = PersistentMap.empty<V>();
    for (const [key, value] of entries) map = map.with(key, value);
    return map;
  }

  get(key: string): V | undefined {
    const found = this.#root.find(key, hashOf(key));
    return found === ABSENT ? undefined : found;
  }

  has(key: string): boolean {
    return this.#root.find(key, hashOf(key)) !== ABSENT;
  }

  /** Under an edit, a map that was made under it is changed itself. */
  with(key: string, value: V, edit?: Edit): PersistentMap<V> {
    const hash = hashOf(key);
    const known = this.#root.find(key, hash);
    if (known !== ABSENT && known === value) return this;
    const root = this.#root.with({ key, hash, value, edit }, 0);
    const size = known === ABSENT ? this.#size + 1 : this.#size;
    if (edit === undefined || edit !== this.#edit) return new PersistentMap(root, size, edit);
    this.#root = root;
    this.#size = size;
    return this;
  }

  without(key: string): PersistentMap<V> {
    const hash = hashOf(key);
    if (this.#root.find(key, hash) === ABSENT) return this;
    return new PersistentMap(this.#root.without(key, hash, 0), this.size - 1);
  }

  [Symbol.iterator](): Generator<[string, V]> {
    return this.#root.entries();
  }

  *values(): Generator<V> {
    for (const [, value] of this) yield value;
  }

  /** Keys whose value is another one, or is in one of both only. Looks only where they differ. */
  changedKeys(other: PersistentMap<V>): Set<string> {
    const changed = new Set<string>();
    compare(this.#root, other.#root, changed);
    return changed;
  }
}

interface Shape {
  data: number;
  nodes: number;
  slots: unknown[];
}

class Node<V> implements Shape {
  /** One bit for each entry, and for each node below. */
  data: number;
  nodes: number;
  /** Keys and values in turn, then the nodes below. At the bottom, entries alone. */
  slots: unknown[];
  readonly #edit: Edit | undefined;

  constructor({ data, nodes, slots }: Shape, edit?: Edit) {
    this.data = data;
    this.nodes = nodes;
    this.slots = slots;
    this.#edit = edit;
  }

  find(key: string, hash: number): V | typeof ABSENT {
    let node: Node<V> = this;
    for (let shift = 0; shift < BOTTOM; shift += BITS) {
      const bit = bitOf(hash, shift);
      if ((node.data & bit) !== 0) {
        const at = node.#dataAt(bit);
        return node.slots[at] === key ? node.slots[at + 1] as V : ABSENT;
      }
      if ((node.nodes & bit) === 0) return ABSENT;
      node = node.#below(bit);
    }
    const at = node.#bottomAt(key);
    return at < 0 ? ABSENT : node.slots[at + 1] as V;
  }

  with(entry: Entry<V>, shift: number): Node<V> {
    const { key, hash, value, edit } = entry;
    if (shift >= BOTTOM) {
      const at = this.#bottomAt(key);
      if (at >= 0) return this.#put(at + 1, value, edit);
      const { data, nodes, slots } = this;
      return this.#become({ data, nodes, slots: [...slots, key, value] }, edit);
    }
    const bit = bitOf(hash, shift);
    if ((this.nodes & bit) !== 0) {
      return this.#put(this.#nodeAt(bit), this.#below(bit).with(entry, shift + BITS), edit);
    }
    const at = this.#dataAt(bit);
    if ((this.data & bit) === 0) {
      const slots = this.slots.toSpliced(at, 0, key, value);
      return this.#become({ data: this.data | bit, nodes: this.nodes, slots }, edit);
    }
    const other = this.slots[at] as string;
    if (other === key) return this.#put(at + 1, value, edit);
    // Two entries in one place: both go one node down.
    const known = { key: other, hash: hashOf(other), value: this.slots[at + 1] as V, edit };
    const below = new Node<V>(NOTHING, edit).with(known, shift + BITS).with(entry, shift + BITS);
    const slots = this.slots.toSpliced(at, 2);
    const data = this.data & ~bit;
    const nodes = this.nodes | bit;
    slots.splice(nodeIndex(data, nodes, bit), 0, below);
    return this.#become({ data, nodes, slots }, edit);
  }

  /** With another value, or another node below. */
  #put(at: number, what: unknown, edit: Edit | undefined): Node<V> {
    if (edit === undefined || edit !== this.#edit) {
      const { data, nodes, slots } = this;
      return new Node({ data, nodes, slots: slots.with(at, what) }, edit);
    }
    this.slots[at] = what;
    return this;
  }

  #become(shape: Shape, edit: Edit | undefined): Node<V> {
    if (edit === undefined || edit !== this.#edit) return new Node(shape, edit);
    this.data = shape.data;
    this.nodes = shape.nodes;
    this.slots = shape.slots;
    return this;
  }

  /** Of a key that is there. */
  without(key: string, hash: number, shift: number): Node<V> {
    if (shift >= BOTTOM) return this.#spliced(this.#bottomAt(key), 2, []);
    const bit = bitOf(hash, shift);
    if ((this.data & bit) !== 0) {
      return this.#spliced(this.#dataAt(bit), 2, []).#holding(this.data & ~bit);
    }
    const below = this.#below(bit).without(key, hash, shift + BITS);
    const at = this.#nodeAt(bit);
    if (below.nodes !== 0 || below.slots.length > 2) return this.#spliced(at, 1, [below]);
    // A single entry needs no node of its own.
    const slots = this.slots.toSpliced(at, 1);
    const data = this.data | bit;
    const place = 2 * bitCount(this.data & (bit - 1));
    slots.splice(place, 0, ...below.slots);
    return new Node({ data, nodes: this.nodes & ~bit, slots });
  }

  *entries(): Generator<[string, V]> {
    const end = this.#entriesEnd;
    for (let i = 0; i < end; i += 2) yield [this.slots[i] as string, this.slots[i + 1] as V];
    for (let i = end; i < this.slots.length; i++) yield* (this.slots[i] as Node<V>).entries();
  }

  /** The node below at a bit; undefined if there is none. */
  child(bit: number): Node<V> | undefined {
    return (this.nodes & bit) === 0 ? undefined : this.#below(bit);
  }

  /** What lies at a bit: one entry, all of the node below, or nothing. */
  *at(bit: number): Generator<[string, V]> {
    if ((this.nodes & bit) !== 0) yield* this.#below(bit).entries();
    if ((this.data & bit) === 0) return;
    const at = this.#dataAt(bit);
    yield [this.slots[at] as string, this.slots[at + 1] as V];
  }

  get isBottom(): boolean {
    return this.data === 0 && this.nodes === 0 && this.slots.length > 0;
  }

  get #entriesEnd(): number {
    return this.isBottom ? this.slots.length : 2 * bitCount(this.data);
  }

  #dataAt(bit: number): number {
    return 2 * bitCount(this.data & (bit - 1));
  }

  #nodeAt(bit: number): number {
    return nodeIndex(this.data, this.nodes, bit);
  }

  #below(bit: number): Node<V> {
    return this.slots[this.#nodeAt(bit)] as Node<V>;
  }

  #bottomAt(key: string): number {
    for (let i = 0; i < this.slots.length; i += 2) if (this.slots[i] === key) return i;
    return -1;
  }

  #spliced(at: number, removed: number, added: readonly unknown[]): Node<V> {
    const { data, nodes, slots } = this;
    return new Node({ data, nodes, slots: slots.toSpliced(at, removed, ...added) });
  }

  /** The same slots, said to hold other entries. */
  #holding(data: number): Node<V> {
    return new Node({ data, nodes: this.nodes, slots: this.slots });
  }
}

function compare<V>(mine: Node<V>, theirs: Node<V>, changed: Set<string>): void {
  if (mine === theirs) return;
  if (mine.isBottom || theirs.isBottom) {
    return compareEntries(mine.entries(), theirs.entries(), changed);
  }
  for (let i = 0; i <= MASK; i++) {
    const bit = 1 << i;
    const [below, other] = [mine.child(bit), theirs.child(bit)];
    if (below !== undefined && other !== undefined) compare(below, other, changed);
    else compareEntries(mine.at(bit), theirs.at(bit), changed);
  }
}

function compareEntries<V>(
  mine: Iterable<[string, V]>,
  theirs: Iterable<[string, V]>,
  changed: Set<string>,
): void {
  const rest = new Map(theirs);
  for (const [key, value] of mine) {
    if (!rest.has(key) || rest.get(key) !== value) changed.add(key);
    rest.delete(key);
  }
  for (const key of rest.keys()) changed.add(key);
}

/** FNV-1a over UTF-16 code units, its bits mixed so that all of them tell keys apart. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) {
    hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

function bitOf(hash: number, shift: number): number {
  return 1 << ((hash >>> shift) & MASK);
}

function nodeIndex(data: number, nodes: number, bit: number): number {
  return 2 * bitCount(data) + bitCount(nodes & (bit - 1));
}

/** How many of 32 are set. */
export function bitCount(bits: number): number {
  let n = bits - ((bits >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
