// What clients record of their operations, one JSON object a line, in the order in which it
// happened. Whoever has a history of any Kafka in this form can have it checked.
//
// Every event has `type`, `process` and `op`; `time`, in ms, is needed only where several files are
// one history. A process is one life of one client: a producer that is made anew, or whose process
// is started again, is another one.
//
// | type   | says                                                                             |
// |--------|----------------------------------------------------------------------------------|
// | invoke | it is asked for                                                                  |
// | ok     | it was done                                                                      |
// | fail   | it was not done, and will not be: only where that is certain                     |
// | info   | nobody knows, and nobody will ask again: a time-out, a connection that has ended |
//
// | op        | fields besides                                                                |
// |-----------|-------------------------------------------------------------------------------|
// | produce   | topic, value; of an ok: partition, and offset (-1 or absent: not told);       |
// |           | transaction, if it is part of one                                             |
// | fetch     | topic, partition, records: [[offset, value], …] (only ok events count);       |
// |           | from: where this reader begins, or goes on from elsewhere than where it was;  |
// |           | group, if it reads as a member of one; isolation: "read_committed";           |
// |           | highWatermark and leaderEpoch, if they were told                              |
// | commit    | group, offsets: [[topic, partition, offset], …]                               |
// | committed | group, offsets as they were told (-1: none): what somebody is told who asks   |
// | reset     | group, offsets: set on purpose, and maybe back (only ok events count)         |
// | end       | transaction, result: "commit" or "abort"                                      |
// | delete    | topic, partition, before: records below this offset may be gone               |
//
// Values are texts, each sent once in the whole history: they say who is who.

import { Fault } from "@odradek/base";

export type EventType = "invoke" | "ok" | "fail" | "info";

interface Recorded {
  readonly type: EventType;
  readonly process: string;
  readonly time?: number | undefined;
}

export interface Place {
  readonly topic: string;
  readonly partition: number;
}

export interface ProduceEvent extends Recorded {
  readonly op: "produce";
  readonly topic: string;
  readonly value: string;
  readonly partition?: number | undefined;
  readonly offset?: number | undefined;
  readonly transaction?: string | undefined;
}

export interface FetchEvent extends Recorded, Place {
  readonly op: "fetch";
  readonly records: readonly (readonly [offset: number, value: string])[];
  readonly from?: number | undefined;
  readonly group?: string | undefined;
  readonly isolation?: string | undefined;
  readonly highWatermark?: number | undefined;
  readonly leaderEpoch?: number | undefined;
}

export type PlacedOffset = readonly [topic: string, partition: number, offset: number];

export interface GroupEvent extends Recorded {
  readonly op: "commit" | "committed" | "reset";
  readonly group: string;
  /** Absent where it is only asked for what is committed. */
  readonly offsets?: readonly PlacedOffset[] | undefined;
}

export interface EndEvent extends Recorded {
  readonly op: "end";
  readonly transaction: string;
  readonly result: "commit" | "abort";
}

export interface DeleteEvent extends Recorded, Place {
  readonly op: "delete";
  readonly before: number;
}

export type HistoryEvent = ProduceEvent | FetchEvent | GroupEvent | EndEvent | DeleteEvent;

type Test = (value: unknown) => boolean;

const isText: Test = (value) => typeof value === "string";
const isNumber: Test = (value) => Number.isSafeInteger(value);
const oneOf = (...all: readonly string[]): Test => (value) => all.includes(value as string);
const optional = (test: Test): Test => (value) => value === undefined || test(value);
const listOf = (...tests: readonly Test[]): Test => (value) =>
  Array.isArray(value) && value.every((item) =>
    Array.isArray(item) && item.length >= tests.length && tests.every((test, i) => test(item[i]))
  );

const ALL: Readonly<Record<string, Test>> = {
  type: oneOf("invoke", "ok", "fail", "info"),
  process: isText,
  time: optional((value) => Number.isFinite(value)),
};
const GROUP = { group: isText, offsets: optional(listOf(isText, isNumber, isNumber)) };
const FIELDS: Readonly<Record<string, Readonly<Record<string, Test>>>> = {
  produce: {
    topic: isText,
    value: isText,
    partition: optional(isNumber),
    offset: optional(isNumber),
    transaction: optional(isText),
  },
  fetch: {
    topic: isText,
    partition: isNumber,
    records: listOf(isNumber, isText),
    from: optional(isNumber),
    group: optional(isText),
    isolation: optional(oneOf("read_committed", "read_uncommitted")),
    highWatermark: optional(isNumber),
    leaderEpoch: optional(isNumber),
  },
  commit: GROUP,
  committed: GROUP,
  reset: GROUP,
  end: { transaction: isText, result: oneOf("commit", "abort") },
  delete: { topic: isText, partition: isNumber, before: isNumber },
};

/** Fault "corrupt" if the line is no event; `where` is named then. */
export function readEvent(line: string, where: string): HistoryEvent {
  let event: Record<string, unknown>;
  try {
    event = JSON.parse(line) as Record<string, unknown>;
  } catch (error) {
    throw new Fault("corrupt", `${where} is no JSON: ${line.slice(0, 80)}`, { cause: error });
  }
  const fields = FIELDS[String(event?.["op"])];
  if (fields === undefined) {
    const known = Object.keys(FIELDS).join(", ");
    throw new Fault("corrupt", `${where} has op ${text(event?.["op"])}, not one of ${known}`);
  }
  for (const [name, test] of Object.entries({ ...ALL, ...fields })) {
    // Of what is only asked for, there are no records yet.
    if (name === "records" && event["type"] !== "ok") continue;
    if (test(event[name])) continue;
    const known = "test/history/events.ts tells the format";
    throw new Fault("corrupt", `${where}: ${name} cannot be ${text(event[name])}; ${known}`);
  }
  return event as unknown as HistoryEvent;
}

function text(value: unknown): string {
  return value === undefined ? "absent" : JSON.stringify(value).slice(0, 80);
}

export function placeText({ topic, partition }: Place): string {
  return `${topic}-${partition}`;
}
