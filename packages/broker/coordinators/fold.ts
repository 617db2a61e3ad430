// What a coordinator is to the runtime: a fold over the log of one partition (architecture, idea
// 1). The runtime appends, waits, answers and keeps time; it knows no groups and no transactions.
//
//   command → decide(next) → records ─append─▶ log ─commit─▶ committed := the state decided then
//                    └──────▶ state  → next                  └─▶ the replies leave
//
// A state holds more than its log tells: who waits for a rebalance, for one. That part is gone when
// the state is loaded anew, and nothing that a client may rely on after a restart is in it.

import type { Edit } from "@odradek/metadata";
import type { KeyValue } from "@odradek/protocol/schemas/key_value";

/** The types that one kind of coordinator deals in. Replies are objects that may cross threads. */
export interface FoldTypes {
  state: unknown;
  record: unknown;
  command: unknown;
  query: unknown;
  reply: object;
}

/** Where a record stands in the log. */
export interface Place {
  readonly offset: number;
  /** Of the transaction that the record is a part of; -1: of none. */
  readonly producerId: number;
  /** Nobody is shown the versions between: see `Edit`. */
  readonly edit?: Edit;
}

/** How a transaction that has records in this log came to its end. */
export interface TransactionOutcome {
  readonly producerId: number;
  readonly isCommit: boolean;
}

/** What a decision may look at beside the state and its command. */
export interface Given {
  /** Wall clock, ms. */
  readonly now: number;
  /** Who asked, and waits until some decision replies to this number; 0: nobody does. */
  readonly call: number;
  /** Of the first record of this decision. */
  readonly nextOffset: number;
}

/** Monotonic ms from now; undefined: what was due is not wanted any more. */
export interface TimerChange<Command> {
  /** Setting a key again replaces what was due. */
  readonly key: string;
  readonly due: { readonly afterMs: number; readonly command: Command } | undefined;
}

export interface Reply<Body> {
  readonly call: number;
  readonly body: Body;
}

/** Nothing of it has happened until the runtime takes it: what cannot be appended is dropped. */
export interface Decision<T extends FoldTypes> {
  /** With the records applied. */
  readonly state: T["state"];
  readonly records: readonly T["record"][];
  /** Replies leave when everything that was decided up to here is committed. */
  readonly replies: readonly Reply<T["reply"]>[];
  readonly timers: readonly TimerChange<T["command"]>[];
  /** The records make sense one by one: they need not stand in one batch. */
  readonly mayBeSplit: boolean;
}

/** A topic that is no longer there. */
export interface DeletedTopic {
  readonly id: string;
  readonly name: string;
}

export interface Fold<T extends FoldTypes> {
  readonly empty: T["state"];
  /** Pure. Throws Refusal for the caller: then nothing has changed. */
  decide(state: T["state"], command: T["command"], given: Given): Decision<T>;
  /** Whether an answer must not fall behind what the coordinator before has told. */
  mustBeCurrent(query: T["query"]): boolean;
  /** Of the committed state. Throws Refusal. */
  answer(committed: T["state"], query: T["query"]): T["reply"];
  encode(record: T["record"]): KeyValue;
  /** Undefined: a newer coordinator wrote it, and it is passed over. Throws Malformed. */
  decode(stored: KeyValue): T["record"] | undefined;
  apply(state: T["state"], record: T["record"], place: Place): T["state"];
  applyEnd(state: T["state"], outcome: TransactionOutcome): T["state"];
  /** To be decided when a state was loaded, before it serves. */
  resume(state: T["state"]): Iterable<T["command"]>;
  /** To be decided at regular times. */
  chores(state: T["state"]): Iterable<T["command"]>;
  readonly choresMs: number;
  /** To be decided when topics are gone. */
  forget(state: T["state"], topics: readonly DeletedTopic[]): Iterable<T["command"]>;
}
