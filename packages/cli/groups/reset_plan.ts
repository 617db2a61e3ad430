// Where each partition of a group is to go on after --reset-offsets.

import {
  BrokerRefused,
  type CommittedOffset,
  done,
  type FoundOffset,
  OFFSET_TIMES,
  type Outcome,
} from "@odradek/client";
import { Failure } from "../failure.ts";
import { type GroupsContext, type GroupsFlags, RESET_FORMS, type ResetForm } from "./flags.ts";
import { readOffsets } from "./reset_file.ts";
import { parseDatetime, parseDuration } from "./reset_times.ts";
import { parseTopicScope, partitionsIn, textOf, type Which } from "./scope.ts";

export interface Planned extends Which {
  readonly groupId: string;
  readonly offset: number;
}

/** By topic and partition. Failure for what cannot be. */
export async function planReset(context: GroupsContext, groupId: string): Promise<Planned[]> {
  const { admin, flags } = context;
  const committed = await admin.listGroupOffsets(groupId);
  const wishes = await wishesOf(context, { groupId, committed });
  const bounds = await boundsOf(context, wishes.map(({ which }) => which));
  const planned = wishes.map(({ which, offset }): Planned => {
    const { first, end } = bounds.get(textOf(which)) as Bounds;
    const wanted = offset ?? (flags.toEarliest === true ? first : end);
    return { groupId, ...which, offset: within(context, which, { wanted, first, end }) };
  });
  return planned.sort((a, b) =>
    a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1
  );
}

interface Wish {
  readonly which: Which;
  /** Undefined: an end of the log, as the flags say. */
  readonly offset: number | undefined;
}

interface Known {
  readonly groupId: string;
  readonly committed: readonly CommittedOffset[];
}

async function wishesOf(context: GroupsContext, known: Known): Promise<Wish[]> {
  const { flags } = context;
  if (flags.fromFile !== undefined) {
    const planned = await readOffsets(flags.fromFile, flags.group ?? [known.groupId]);
    return planned.filter(({ groupId }) => groupId === known.groupId)
      .map(({ topic, partition, offset }) => ({ which: { topic, partition }, offset }));
  }
  const partitions = flags.allTopics === true
    ? known.committed.map(({ topic, partition }) => ({ topic, partition }))
    : await partitionsIn(context.admin, (flags.topic ?? []).map(parseTopicScope));
  const timestamp = timeOf(context);
  if (timestamp !== undefined) return await wishesAt(context, partitions, timestamp);
  const current = new Map(known.committed.map((one) => [textOf(one), one.offset]));
  return partitions.map((which) => ({
    which,
    offset: offsetOf(flags, which, current.get(textOf(which))),
  }));
}

/** Undefined: no time is meant. */
function timeOf({ flags, now }: GroupsContext): number | undefined {
  if (flags.toDatetime !== undefined) return parseDatetime(flags.toDatetime);
  if (flags.byDuration !== undefined) return now() - parseDuration(flags.byDuration);
  return undefined;
}

/** Of the first record of that time or later. */
async function wishesAt(
  { admin, terminal }: GroupsContext,
  partitions: readonly Which[],
  timestamp: number,
): Promise<Wish[]> {
  const queries = partitions.map((which) => ({ ...which, timestamp }));
  const found = await admin.listOffsets(queries);
  return queries.map((query) => {
    const { topic, partition } = query;
    const which = { topic, partition };
    const { offset } = offsetFound(which, found.get(query));
    if (offset >= 0) return { which, offset };
    const what = `${textOf(which)} has no record of that time or later: its end is taken`;
    terminal.remark(what, "warning");
    return { which, offset: undefined };
  });
}

function offsetOf(flags: GroupsFlags, which: Which, current: number | undefined) {
  const form = RESET_FORMS.find((name) => flags[name] !== undefined) as ResetForm;
  switch (form) {
    case "toOffset":
      return flags.toOffset;
    case "toCurrent":
      return current;
    case "shiftBy":
      if (current !== undefined) return current + (flags.shiftBy ?? 0);
      throw new Failure(
        `Cannot shift offset for partition ${textOf(which)} since there is no current committed ` +
          "offset",
      );
    default:
      return undefined;
  }
}

interface Bounds {
  readonly first: number;
  readonly end: number;
}

async function boundsOf(
  { admin }: GroupsContext,
  partitions: readonly Which[],
): Promise<Map<string, Bounds>> {
  const ask = async (timestamp: number): Promise<number[]> => {
    const queries = partitions.map((which) => ({ ...which, timestamp }));
    const found = await admin.listOffsets(queries);
    return queries.map((query) => offsetFound(query, found.get(query)).offset);
  };
  const [firsts, ends] = [await ask(OFFSET_TIMES.earliest), await ask(OFFSET_TIMES.latest)];
  return new Map(partitions.map((which, i) => [
    textOf(which),
    { first: firsts[i] as number, end: ends[i] as number },
  ]));
}

function offsetFound(which: Which, outcome: Outcome<FoundOffset> | undefined): FoundOffset {
  if (!(outcome instanceof BrokerRefused)) return done(outcome);
  throw new Failure(`Cannot look up offsets of ${textOf(which)}: ${outcome.message}`);
}

function within(
  { terminal }: GroupsContext,
  which: Which,
  { wanted, first, end }: Bounds & { readonly wanted: number },
): number {
  if (wanted >= first && wanted <= end) return wanted;
  const [how, bound] = wanted > end ? ["higher than latest", end] : ["lower than earliest", first];
  terminal.remark(
    `New offset (${wanted}) is ${how} offset for topic partition ${textOf(which)}. ` +
      `Value will be set to ${bound}`,
    "warning",
  );
  return bound as number;
}
