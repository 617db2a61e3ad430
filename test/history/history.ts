// Checks a history of what clients did and were told, event by event, as they happened. Pure, and
// without a word of the system under test: the table of anomalies is `anomalies.ts`, the format of
// events `events.ts`. It keeps of each value where it lies, and of each reader how far it is.

import { type Anomaly, type AnomalyKind, Findings } from "./anomalies.ts";
import {
  type FetchEvent,
  type HistoryEvent,
  type Place,
  placeText,
  type ProduceEvent,
} from "./events.ts";
import { Groups } from "./groups.ts";
import { type Gap, Readers } from "./readers.ts";
import { Transactions } from "./transactions.ts";
import { PartitionOffsets, type Value, Values } from "./values.ts";

export interface HistoryCheckOptions {
  /** Kept of each kind. */
  readonly examplesMax?: number;
  /** Told of each at once. */
  readonly found?: (anomaly: Anomaly) => void;
}

export interface HistoryReport {
  readonly events: number;
  readonly acknowledged: number;
  /** Sends of which nobody knows what became of them. */
  readonly unknown: number;
  /** Different values. */
  readonly read: number;
  /** Read, and sent by nobody in this history. */
  readonly foreign: number;
  readonly commits: number;
  readonly counts: ReadonlyMap<AnomalyKind, number>;
  readonly examples: readonly Anomaly[];
}

interface PartitionState {
  readonly offsets: PartitionOffsets;
  readonly readers: Readers;
  /** What was passed over, when everything has been read. */
  gaps: readonly Gap[];
}

export class HistoryCheck {
  readonly #findings: Findings;
  readonly #values: Values;
  readonly #groups: Groups;
  readonly #transactions: Transactions;
  readonly #partitions = new Map<string, PartitionState>();
  #events = 0;

  constructor({ examplesMax = 20, found }: HistoryCheckOptions = {}) {
    this.#findings = new Findings(examplesMax, found);
    this.#values = new Values();
    this.#groups = new Groups(this.#findings);
    this.#transactions = new Transactions(this.#findings);
  }

  add(event: HistoryEvent): void {
    this.#events++;
    switch (event.op) {
      case "produce":
        return this.#produced(event);
      case "fetch":
        return event.type === "ok" ? this.#fetched(event) : undefined;
      case "commit":
      case "committed":
      case "reset":
        return this.#groups.add(event);
      case "end":
        return this.#transactions.ended(event);
      case "delete": {
        const { offsets } = this.#partition(event);
        offsets.deletedBelow = Math.max(offsets.deletedBelow, event.before);
      }
    }
  }

  /** What only the whole shows, and the sum of it. Nothing may be added afterwards. */
  finish(): HistoryReport {
    for (const state of this.#partitions.values()) {
      const known = state.offsets.offsets();
      state.offsets.checkOrder(known);
      state.gaps = state.readers.gaps();
      this.#checkGaps(state, known);
    }
    const sum = { acknowledged: 0, unknown: 0, read: 0, foreign: 0 };
    for (const value of this.#values.all()) {
      this.#checkValue(value);
      if (value.outcome === "ok") sum.acknowledged++;
      else if (value.outcome !== "fail" && value.sender !== undefined) sum.unknown++;
      if (!value.isRead) continue;
      sum.read++;
      if (value.sender === undefined) sum.foreign++;
    }
    const { counts, examples } = this.#findings;
    return { events: this.#events, ...sum, commits: this.#groups.moves, counts, examples };
  }

  #partition({ topic, partition }: Place): PartitionState {
    const place = { topic, partition };
    const key = placeText(place);
    const known = this.#partitions.get(key);
    if (known !== undefined) return known;
    const offsets = new PartitionOffsets(place, this.#findings);
    const state = { offsets, readers: new Readers(place, this.#findings), gaps: [] };
    this.#partitions.set(key, state);
    return state;
  }

  #produced(event: ProduceEvent): void {
    const value = this.#values.produced(event);
    const { type, topic, partition = -1, offset = -1, process } = event;
    if (type !== "ok" || partition < 0) return;
    // An idempotent producer that asked again may be told that it is there, but not where.
    if (offset >= 0) {
      this.#partition({ topic, partition }).offsets.told(offset, value, `${process} was told`);
    } else if (value.partition < 0) value.partition = partition;
  }

  #fetched(event: FetchEvent): void {
    const { offsets, readers } = this.#partition(event);
    const isReadCommitted = event.isolation === "read_committed";
    readers.read(event);
    for (const [offset, text] of event.records) {
      const value = this.#values.named(text, event.topic);
      offsets.told(offset, value, `${event.process} read that`);
      value.isRead = true;
      if (!isReadCommitted) continue;
      value.isReadCommitted = true;
      this.#transactions.read(value, `${placeText(event)} ${offset}`);
    }
  }

  /** What one reader has passed over, and another one has read. */
  #checkGaps({ offsets, gaps }: PartitionState, known: readonly number[]): void {
    for (const { from, to, reader } of gaps) {
      for (let i = firstFrom(known, from); (known[i] ?? to) < to; i++) {
        const offset = known[i] as number;
        const value = offsets.at(offset) as Value;
        // Not everybody is shown what is part of a transaction.
        if (!value.isRead || value.transaction !== undefined) continue;
        if (offset < offsets.deletedBelow) continue;
        const where = placeText(offsets.place);
        this.#findings.add("skipped", `${reader} read on from ${from} at ${to} of ${where}, ` +
          `without ${value.text} at ${offset}`);
      }
    }
  }

  #checkValue(value: Value): void {
    const { topic, partition, offset, outcome, isRead } = value;
    const where = `${topic}-${partition} ${offset}`;
    this.#transactions.check(value, where);
    if (outcome !== "ok" || isRead || this.#transactions.isOpen(value)) return;
    const state = this.#partitions.get(`${topic}-${partition}`);
    if (offset >= 0 && offset < (state?.offsets.deletedBelow ?? 0)) return;
    const isLost = state !== undefined && offset >= 0 && isPassed(state, value);
    const what = offset < 0 ? `in ${topic}` : `at ${where}`;
    this.#findings.add(
      isLost ? "lost" : "unseen",
      `${value.text} was acknowledged ${what}, and ` +
        (isLost ? "is not there" : "nobody has read it"),
    );
  }
}

/** Whether somebody has read beyond where it should be, or something else there. */
function isPassed({ offsets, gaps }: PartitionState, { offset }: Value): boolean {
  if (offsets.isContested(offset)) return true;
  return gaps.some(({ from, to }) => from <= offset && offset < to);
}

/** The index of the first that is not below. */
function firstFrom(ascending: readonly number[], least: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
