// The offsets of a group as an immutable table: a version shares all but one chunk of a topic's
// partitions with the one before. Coordinators keep very many offsets, and what lies in objects of
// its own makes the collector of garbage stop the thread: so a chunk is two objects, however many
// partitions it has. Numbers stand in one array of doubles, texts apart, as most are the same.
//
//   partitions 0, 1 and 3 of 0…31   present  0b…1011
//                                   numbers  [offset, epoch, committed, record,   of 0
//                                             offset, epoch, …                    of 1
//                                             offset, epoch, …]                   of 3

import { safeInteger, type TopicPartition, type Uuid, ZERO_UUID } from "@odradek/base";
import { bitCount, type Edit, PersistentMap } from "@odradek/metadata";

export interface CommittedOffset extends TopicPartition {
  /** The next to read; any number that the client chose. */
  readonly offset: bigint;
  /** Of the last record that was read; -1: not told. */
  readonly leaderEpoch: number;
  readonly metadata: string;
  /** Wall clock, ms. */
  readonly committedMs: number;
  /** Wall clock, ms: as the client asked; -1: as the broker is configured. */
  readonly expiresMs: number;
  /** Of the topic that was meant; zero: not known. */
  readonly topicId: Uuid;
  /** Where its record lies: of two, the later counts, however late its transaction ends. */
  readonly recordOffset: number;
}

/** Bits of a partition's number that tell its place in a chunk. */
const PLACE_BITS = 5;
const PLACES = 1 << PLACE_BITS;
const PLACE_MASK = PLACES - 1;
const NUMBERS = 4;

const ORDINARY = { metadata: "", topicId: undefined, expiresMs: -1, exact: undefined };

/** Immutable, but for who holds the right to change it: see `Edit`. */
export class OffsetTable {
  static readonly EMPTY = new OffsetTable(undefined, 0);

  /** Of most groups there is one: no map is made for it. Several are found by their keys. */
  #chunks: Chunk | PersistentMap<Chunk> | undefined;
  #size: number;
  readonly #edit: Edit | undefined;

  private constructor(chunks: Chunk | PersistentMap<Chunk> | undefined, size: number, edit?: Edit) {
    this.#chunks = chunks;
    this.#size = size;
    this.#edit = edit;
  }

  get size(): number {
    return this.#size;
  }

  get(place: TopicPartition): CommittedOffset | undefined {
    return this.#find(place)?.get(place.partition);
  }

  has(place: TopicPartition): boolean {
    return this.#find(place)?.has(place.partition) === true;
  }

  /** Under an edit, a table that was made under it is changed itself. */
  with(one: CommittedOffset, edit?: Edit): OffsetTable {
    const known = this.#find(one) ?? Chunk.for(one);
    const size = known.has(one.partition) ? this.#size : this.#size + 1;
    const chunks = this.#chunksWith(known.with(one, edit), edit);
    if (edit === undefined || edit !== this.#edit) return new OffsetTable(chunks, size, edit);
    this.#chunks = chunks;
    this.#size = size;
    return this;
  }

  without(place: TopicPartition): OffsetTable {
    const known = this.#find(place);
    if (known === undefined || !known.has(place.partition)) return this;
    if (this.#size === 1) return OffsetTable.EMPTY;
    const rest = known.without(place.partition);
    const all = this.#chunks;
    const isGone = rest.isEmpty && all instanceof PersistentMap;
    const chunks = isGone ? all.without(rest.key) : this.#chunksWith(rest, undefined);
    return new OffsetTable(chunks, this.#size - 1);
  }

  /** Of a topic, partitions of one chunk in order; else in none. */
  *[Symbol.iterator](): Generator<CommittedOffset> {
    const chunks = this.#chunks;
    if (chunks instanceof Chunk) yield* chunks;
    else for (const chunk of chunks?.values() ?? []) yield* chunk;
  }

  #find(place: TopicPartition): Chunk | undefined {
    const chunks = this.#chunks;
    if (chunks instanceof Chunk) return chunks.isFor(place) ? chunks : undefined;
    return chunks?.get(keyOf(place));
  }

  #chunksWith(chunk: Chunk, edit: Edit | undefined): Chunk | PersistentMap<Chunk> {
    const chunks = this.#chunks;
    if (chunks === undefined) return chunk;
    if (chunks instanceof PersistentMap) return chunks.with(chunk.key, chunk, edit);
    if (chunks.key === chunk.key) return chunk;
    return PersistentMap.empty<Chunk>()
      .with(chunks.key, chunks, edit)
      .with(chunk.key, chunk, edit);
  }
}

/** What few have: it is kept apart, by place. */
interface Rare {
  readonly metadata: string;
  readonly topicId: Uuid;
  readonly expiresMs: number;
  /** Of an offset that is no safe integer. */
  readonly exact: bigint | undefined;
}

/** Up to 32 partitions of a topic. */
class Chunk {
  readonly #topic: string;
  /** How many chunks of the topic have lower numbers. */
  readonly #index: number;
  readonly #numbers: number[];
  readonly #edit: Edit | undefined;
  #present: number;
  /** Of those that have no other. */
  #topicId: Uuid;
  #rare: Map<number, Rare> | undefined;

  private constructor(topic: string, index: number, numbers: number[], edit?: Edit) {
    this.#topic = topic;
    this.#index = index;
    this.#numbers = numbers;
    this.#edit = edit;
    this.#present = 0;
    this.#topicId = ZERO_UUID;
    this.#rare = undefined;
  }

  /** With nothing in it; where this place is, when it comes. */
  static for({ topic, partition }: TopicPartition): Chunk {
    return new Chunk(topic, partition >> PLACE_BITS, []);
  }

  get key(): string {
    return `${this.#topic} ${this.#index}`;
  }

  get isEmpty(): boolean {
    return this.#present === 0;
  }

  isFor({ topic, partition }: TopicPartition): boolean {
    return this.#index === partition >> PLACE_BITS && this.#topic === topic;
  }

  has(partition: number): boolean {
    return (this.#present & bitOf(partition)) !== 0;
  }

  get(partition: number): CommittedOffset | undefined {
    if (!this.has(partition)) return undefined;
    const numbers = this.#numbers;
    const at = this.#at(partition);
    const { metadata, topicId, expiresMs, exact } =
      this.#rare?.get(partition & PLACE_MASK) ?? ORDINARY;
    return {
      topic: this.#topic,
      partition,
      offset: exact ?? BigInt(numbers[at] as number),
      leaderEpoch: numbers[at + 1] as number,
      metadata,
      committedMs: numbers[at + 2] as number,
      expiresMs,
      topicId: topicId ?? this.#topicId,
      recordOffset: numbers[at + 3] as number,
    };
  }

  *[Symbol.iterator](): Generator<CommittedOffset> {
    const first = this.#index << PLACE_BITS;
    for (let partition = first; partition < first + PLACES; partition++) {
      const one = this.get(partition);
      if (one !== undefined) yield one;
    }
  }

  with(one: CommittedOffset, edit: Edit | undefined): Chunk {
    const isOurs = edit !== undefined && edit === this.#edit;
    const chunk = isOurs ? this : this.#copy(edit);
    chunk.#put(one);
    return chunk;
  }

  /** Of one that is there. */
  without(partition: number): Chunk {
    const chunk = this.#copy();
    chunk.#numbers.splice(chunk.#at(partition), NUMBERS);
    chunk.#present &= ~bitOf(partition);
    chunk.#rare?.delete(partition & PLACE_MASK);
    return chunk;
  }

  #put(one: CommittedOffset): void {
    const { partition, metadata, topicId, expiresMs } = one;
    const numbers = this.#numbers;
    if (this.#present === 0) this.#topicId = topicId;
    const at = this.#at(partition);
    if (!this.has(partition)) {
      numbers.splice(at, 0, 0, 0, 0, 0);
      this.#present |= bitOf(partition);
    }
    numbers[at] = safeInteger(one.offset);
    numbers[at + 1] = one.leaderEpoch;
    numbers[at + 2] = one.committedMs;
    numbers[at + 3] = one.recordOffset;
    const isExact = one.offset <= Number.MAX_SAFE_INTEGER && one.offset >= Number.MIN_SAFE_INTEGER;
    const exact = isExact ? undefined : one.offset;
    const place = partition & PLACE_MASK;
    const isOrdinary = metadata === "" && topicId === this.#topicId && expiresMs < 0 &&
      exact === undefined;
    if (isOrdinary) return void this.#rare?.delete(place);
    this.#rare ??= new Map();
    this.#rare.set(place, { metadata, topicId, expiresMs, exact });
  }

  #copy(edit?: Edit): Chunk {
    const copy = new Chunk(this.#topic, this.#index, this.#numbers.slice(), edit);
    copy.#present = this.#present;
    copy.#topicId = this.#topicId;
    copy.#rare = this.#rare && new Map(this.#rare);
    return copy;
  }

  #at(partition: number): number {
    return NUMBERS * bitCount(this.#present & (bitOf(partition) - 1));
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic} ${partition >> PLACE_BITS}`;
}

function bitOf(partition: number): number {
  return 1 << (partition & PLACE_MASK);
}
