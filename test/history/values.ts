// Every value of a history: who has sent it, what became of that, and where it lies.

import { Fault } from "@odradek/base";
import type { Findings } from "./anomalies.ts";
import { type Place, placeText, type ProduceEvent } from "./events.ts";

export interface Value {
  readonly text: string;
  /** Who has sent it; undefined: nobody in this history. */
  sender: string | undefined;
  /** As the how manieth of its sends. */
  number: number;
  outcome: "open" | "ok" | "fail" | "info";
  transaction: string | undefined;
  topic: string;
  /** -1: not known. */
  partition: number;
  offset: number;
  isRead: boolean;
  /** By a reader that must not see what is aborted. */
  isReadCommitted: boolean;
}

export class Values {
  readonly #all = new Map<string, Value>();
  /** Sends of each process. */
  readonly #sends = new Map<string, number>();

  all(): IterableIterator<Value> {
    return this.#all.values();
  }

  /** What it is called by, known already or not. */
  named(text: string, topic: string): Value {
    const known = this.#all.get(text);
    if (known !== undefined) return known;
    const value: Value = {
      text,
      sender: undefined,
      number: 0,
      outcome: "open",
      transaction: undefined,
      topic,
      partition: -1,
      offset: -1,
      isRead: false,
      isReadCommitted: false,
    };
    this.#all.set(text, value);
    return value;
  }

  /** Of an ok, where it lies is for `PartitionOffsets` to say. Fault "corrupt" if sent twice. */
  produced({ type, process, value: text, topic, transaction }: ProduceEvent): Value {
    const value = this.named(text, topic);
    if (value.sender !== undefined && type === "invoke") {
      const senders = `${value.sender} and ${process}`;
      throw new Fault("corrupt", `Value "${text}" is sent twice, by ${senders}: make each unique`);
    }
    if (value.sender === undefined) {
      value.sender = process;
      value.number = (this.#sends.get(process) ?? 0) + 1;
      this.#sends.set(process, value.number);
    }
    value.transaction ??= transaction;
    if (type !== "invoke") value.outcome = type;
    return value;
  }
}

/** Which value lies at which offset of one partition. */
export class PartitionOffsets {
  readonly place: Place;
  readonly #findings: Findings;
  readonly #at = new Map<number, Value>();
  /** Offsets of several values. */
  readonly #contested = new Set<number>();
  /** Records below may be gone. */
  deletedBelow = 0;

  constructor(place: Place, findings: Findings) {
    this.place = place;
    this.#findings = findings;
  }

  at(offset: number): Value | undefined {
    return this.#at.get(offset);
  }

  /** Whether somebody was told of something else there. */
  isContested(offset: number): boolean {
    return this.#contested.has(offset);
  }

  /** Somebody was told that the value lies there. */
  told(offset: number, value: Value, how: string): void {
    const other = this.#at.get(offset);
    if (other === value) return;
    const where = `${placeText(this.place)} ${offset}`;
    if (other === undefined) this.#at.set(offset, value);
    else {
      this.#contested.add(offset);
      const text = `${where} is ${other.text}, and ${how} it is ${value.text}`;
      this.#findings.add("inconsistent offset", text);
    }
    const { partition } = this.place;
    if (value.offset < 0) {
      value.partition = partition;
      value.offset = offset;
    } else if (value.partition !== partition || value.offset !== offset) {
      const first = `${placeText(value)} ${value.offset}`;
      this.#findings.add("duplicate", `${value.text} is at ${first}, and ${how} at ${where}`);
    }
  }

  /** Ascending. */
  offsets(): number[] {
    return [...this.#at.keys()].sort((a, b) => a - b);
  }

  /** Each producer's values lie as they were sent; of one that is there twice, the first counts. */
  checkOrder(offsets: readonly number[]): void {
    const last = new Map<string, Value>();
    for (const offset of offsets) {
      const value = this.#at.get(offset) as Value;
      const { sender, number } = value;
      if (sender === undefined || value.offset !== offset) continue;
      const before = last.get(sender);
      if (before !== undefined && before.number > number) {
        const where = placeText(this.place);
        const later = `${before.text} at ${before.offset}, which ${sender} sent later`;
        const what = `${where} has ${value.text} at ${offset}`;
        this.#findings.add("reordered", `${what}, behind ${later}`);
      } else last.set(sender, value);
    }
  }
}
