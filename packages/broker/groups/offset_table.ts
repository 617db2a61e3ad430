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

/** A chunk of none; it is copied before it is changed. */
const NOTHING: Contents = { present: 0, numbers: [], topicId: ZERO_UUID, rare: undefined };
const ORDINARY = { metadata: "", topicId: undefined, expiresMs: -1, exact: undefined };

/** Immutable, but for who holds the right to change it: see `Edit`. */
export class OffsetTable {
  static readonly EMPTY = new OffsetTable(PersistentMap.empty(), 0);

  /** By topic and number. */
  #chunks: PersistentMap<Chunk>;
  #size: number;
  readonly #edit: Edit | undefined;

  private constructor(chunks: PersistentMap<Chunk>, size: number, edit?: Edit) {
    this.#chunks = chunks;
    this.#size = size;
    this.#edit = edit;
  }

  get size(): number {
    return this.#size;
  }

  get({ topic, partition }: TopicPartition): CommittedOffset | undefined {
    return this.#chunks.get(keyOf(topic, partition))?.get(topic, partition);
  }

  has({ topic, partition }: TopicPartition): boolean {
    return this.#chunks.get(keyOf(topic, partition))?.has(partition) === true;
  }

  /** Under an edit, a table that was made under it is changed itself. */
  with(one: CommittedOffset, edit?: Edit): OffsetTable {
    const key = keyOf(one.topic, one.partition);
    const known = this.#chunks.get(key) ?? new Chunk(NOTHING);
    const size = known.has(one.partition) ? this.#size : this.#size + 1;
    const chunks = this.#chunks.with(key, known.with(one, edit), edit);
    if (edit === undefined || edit !== this.#edit) return new OffsetTable(chunks, size, edit);
    this.#chunks = chunks;
    this.#size = size;
    return this;
  }

  without({ topic, partition }: TopicPartition): OffsetTable {
    const key = keyOf(topic, partition);
    const known = this.#chunks.get(key);
    if (known === undefined || !known.has(partition)) return this;
    const rest = known.without(partition);
    const chunks = rest.isEmpty ? this.#chunks.without(key) : this.#chunks.with(key, rest);
    return new OffsetTable(chunks, this.#size - 1);
  }

  /** Of a topic, partitions of one chunk in order; else in none. */
  *[Symbol.iterator](): Generator<CommittedOffset> {
    for (const [key, chunk] of this.#chunks) {
      const end = key.lastIndexOf(" ");
      const first = Number(key.slice(end + 1)) << PLACE_BITS;
      yield* chunk.all(key.slice(0, end), first);
    }
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

interface Contents {
  present: number;
  numbers: number[];
  /** Of those that have no other. */
  topicId: Uuid;
  rare: Map<number, Rare> | undefined;
}

/** Up to 32 partitions of a topic. */
class Chunk {
  readonly #contents: Contents;
  readonly #edit: Edit | undefined;

  constructor(contents: Contents, edit?: Edit) {
    this.#contents = contents;
    this.#edit = edit;
  }

  get isEmpty(): boolean {
    return this.#contents.present === 0;
  }

  has(partition: number): boolean {
    return (this.#contents.present & bitOf(partition)) !== 0;
  }

  get(topic: string, partition: number): CommittedOffset | undefined {
    if (!this.has(partition)) return undefined;
    const { numbers, topicId, rare } = this.#contents;
    const at = this.#at(partition);
    const { metadata, topicId: own, expiresMs, exact } =
      rare?.get(partition & PLACE_MASK) ?? ORDINARY;
    return {
      topic,
      partition,
      offset: exact ?? BigInt(numbers[at] as number),
      leaderEpoch: numbers[at + 1] as number,
      metadata,
      committedMs: numbers[at + 2] as number,
      expiresMs,
      topicId: own ?? topicId,
      recordOffset: numbers[at + 3] as number,
    };
  }

  *all(topic: string, first: number): Generator<CommittedOffset> {
    for (let partition = first; partition < first + PLACES; partition++) {
      const one = this.get(topic, partition);
      if (one !== undefined) yield one;
    }
  }

  with(one: CommittedOffset, edit: Edit | undefined): Chunk {
    const isOurs = edit !== undefined && edit === this.#edit;
    const chunk = isOurs ? this : new Chunk(this.#copy(), edit);
    chunk.#put(one);
    return chunk;
  }

  /** Of one that is there. */
  without(partition: number): Chunk {
    const contents = this.#copy();
    contents.numbers.splice(this.#at(partition), NUMBERS);
    contents.present &= ~bitOf(partition);
    contents.rare?.delete(partition & PLACE_MASK);
    return new Chunk(contents);
  }

  #put(one: CommittedOffset): void {
    const { partition, metadata, topicId, expiresMs } = one;
    const contents = this.#contents;
    const { numbers } = contents;
    if (contents.present === 0) contents.topicId = topicId;
    const at = this.#at(partition);
    if (!this.has(partition)) {
      numbers.splice(at, 0, 0, 0, 0, 0);
      contents.present |= bitOf(partition);
    }
    const offset = safeInteger(one.offset);
    numbers[at] = offset;
    numbers[at + 1] = one.leaderEpoch;
    numbers[at + 2] = one.committedMs;
    numbers[at + 3] = one.recordOffset;
    const isExact = one.offset <= Number.MAX_SAFE_INTEGER && one.offset >= Number.MIN_SAFE_INTEGER;
    const exact = isExact ? undefined : one.offset;
    const place = partition & PLACE_MASK;
    const isOrdinary = metadata === "" && topicId === contents.topicId && expiresMs < 0 &&
      exact === undefined;
    if (isOrdinary) return void contents.rare?.delete(place);
    contents.rare ??= new Map();
    contents.rare.set(place, { metadata, topicId, expiresMs, exact });
  }

  #copy(): Contents {
    const { present, numbers, topicId, rare } = this.#contents;
    return { present, numbers: numbers.slice(), topicId, rare: rare && new Map(rare) };
  }

  #at(partition: number): number {
    return NUMBERS * bitCount(this.#contents.present & (bitOf(partition) - 1));
  }
}

function keyOf(topic: string, partition: number): string {
  return `${topic} ${partition >> PLACE_BITS}`;
}

function bitOf(partition: number): number {
  return 1 << (partition & PLACE_MASK);
}
