// The smallest fold that has everything which the coordinators' runtime deals in: sums by name,
// callers that wait for somebody else, timers, chores.

import { Refusal } from "@odradek/protocol/refusal";
import { Malformed } from "@odradek/protocol/wire/malformed";
import type { Decision, Fold, TimerChange } from "../coordinators/fold.ts";

export interface Tally {
  readonly sums: ReadonlyMap<string, number>;
  /** Not in the log: who waits for `release`, by name. */
  readonly waiting: ReadonlyMap<string, number>;
}

export interface TallyRecord {
  readonly name: string;
  readonly amount: number;
}

export type TallyCommand =
  | { readonly type: "add"; readonly name: string; readonly amount: number }
  | { readonly type: "look"; readonly name: string }
  | { readonly type: "wait"; readonly name: string }
  | { readonly type: "release"; readonly name: string }
  /** Adds one after a while. */
  | { readonly type: "later"; readonly name: string; readonly afterMs: number }
  /** A record for each of the names, in as many batches as it takes. */
  | { readonly type: "spread"; readonly names: readonly string[] }
  | { readonly type: "refuse" };

export interface TallyReply {
  readonly sum: number;
}

export interface TallyTypes {
  state: Tally;
  record: TallyRecord;
  command: TallyCommand;
  query: string;
  reply: TallyReply;
}

export const CHORES_MS = 60_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const tallyFold: Fold<TallyTypes> = {
  empty: { sums: new Map(), waiting: new Map() },
  decide: (state, command, { call }) => decide(state, command, call),
  mustBeCurrent: (name) => name.startsWith("current "),
  answer: ({ sums }, name) => ({ sum: sums.get(name) ?? 0 }),
  encode: ({ name, amount }) => ({ key: encoder.encode(name), value: encoder.encode(`${amount}`) }),
  decode({ key, value }) {
    const name = decoder.decode(key);
    // "?": of a newer version.
    if (name.startsWith("?")) return undefined;
    const amount = Number(decoder.decode(value ?? undefined));
    if (Number.isNaN(amount)) throw new Malformed(`The amount of ${name} is none`);
    return { name, amount };
  },
  apply: (state, record) => added(state, record),
  applyEnd: (state, { producerId, isCommit }) =>
    added(state, { name: `end of ${producerId}`, amount: isCommit ? 1 : -1 }),
  *resume({ sums }) {
    for (const name of sums.keys()) {
      if (name.startsWith("timed ")) yield { type: "later", name, afterMs: 1000 };
    }
  },
  *chores() {
    yield { type: "add", name: "chores", amount: 1 };
  },
  choresMs: CHORES_MS,
  *forget(_, topics) {
    for (const { name } of topics) yield { type: "add", name: `without ${name}`, amount: 1 };
  },
};

function added(state: Tally, { name, amount }: TallyRecord): Tally {
  return { ...state, sums: new Map(state.sums).set(name, (state.sums.get(name) ?? 0) + amount) };
}

function decide(state: Tally, command: TallyCommand, call: number): Decision<TallyTypes> {
  switch (command.type) {
    case "add":
      return write(state, [command], call);
    case "spread":
      return write(state, command.names.map((name) => ({ name, amount: 1 })), call);
    case "look":
      return nothing(state, [{ call, sum: state.sums.get(command.name) ?? 0 }]);
    case "wait":
      return nothing({ ...state, waiting: new Map(state.waiting).set(command.name, call) });
    case "release": {
      const waiting = new Map(state.waiting);
      const released = waiting.get(command.name);
      waiting.delete(command.name);
      const calls = released === undefined ? [call] : [call, released];
      return nothing({ ...state, waiting }, calls.map((one) => ({ call: one, sum: -1 })));
    }
    case "later": {
      const { name, afterMs } = command;
      const due = { afterMs, command: { type: "add", name, amount: 1 } as const };
      return nothing(state, [{ call, sum: 0 }], [{ key: name, due }]);
    }
    case "refuse":
      throw new Refusal("INVALID_REQUEST");
  }
}

function write(
  state: Tally,
  records: readonly TallyRecord[],
  call: number,
): Decision<TallyTypes> {
  const next = records.reduce(added, state);
  const sum = next.sums.get(records[0]?.name ?? "") ?? 0;
  const replies = [{ call, body: { sum } }];
  return { state: next, records, replies, timers: [], mayBeSplit: records.length > 1 };
}

function nothing(
  state: Tally,
  replies: readonly { readonly call: number; readonly sum: number }[] = [],
  timers: readonly TimerChange<TallyCommand>[] = [],
): Decision<TallyTypes> {
  return {
    state,
    records: [],
    replies: replies.map(({ call, sum }) => ({ call, body: { sum } })),
    timers,
    mayBeSplit: false,
  };
}
