// groups --describe --offsets: of each partition how far the group has read, how much is left, and
// who reads it.

import {
  BrokerRefused,
  type CommittedOffset,
  type DescribedGroup,
  type DescribedMember,
  OFFSET_TIMES,
} from "@odradek/client";
import type { GroupsContext } from "./flags.ts";
import { type Cell, type Column, NONE, printTable, type Row } from "./table.ts";

interface Progress {
  readonly topic: string;
  readonly partition: number;
  readonly committed: CommittedOffset | undefined;
  /** Undefined: not known. */
  readonly endOffset: number | undefined;
  readonly member: DescribedMember | undefined;
}

export async function describeOffsets(
  context: GroupsContext,
  groups: readonly DescribedGroup[],
): Promise<void> {
  const { terminal, flags: { verbose = false } } = context;
  for (const group of groups) {
    const rows = (await progressOf(context, group)).map((one) => rowOf(group, one, verbose));
    // Members that have nothing to read are told all the same.
    for (const member of group.members.filter(({ assignment }) => assignment.length === 0)) {
      const nothing = Array.from({ length: verbose ? 6 : 5 }, () => NONE);
      rows.push([group.groupId, ...nothing, ...memberCells(member)]);
    }
    if (rows.length === 0) continue;
    terminal.print("");
    printTable(terminal, columnsOf(verbose), rows);
  }
}

export async function offsetsJson(context: GroupsContext, groups: readonly DescribedGroup[]) {
  const told = await Promise.all(groups.map(async (group) => ({
    group: group.groupId,
    state: group.state,
    partitions: (await progressOf(context, group)).map((one) => ({
      topic: one.topic,
      partition: one.partition,
      leaderEpoch: one.committed?.leaderEpoch ?? null,
      currentOffset: one.committed?.offset ?? null,
      logEndOffset: one.endOffset ?? null,
      lag: lagOf(one) ?? null,
      consumerId: one.member?.memberId ?? null,
      host: one.member?.host ?? null,
      clientId: one.member?.clientId ?? null,
    })),
  })));
  return { groups: told };
}

/** By topic and partition. */
async function progressOf(
  { admin }: GroupsContext,
  { groupId, members }: DescribedGroup,
): Promise<Progress[]> {
  const byKey = new Map<string, Omit<Progress, "endOffset">>();
  const keyOf = (topic: string, partition: number): string => `${topic} ${partition}`;
  for (const member of members) {
    for (const { topic, partition } of member.assignment) {
      byKey.set(keyOf(topic, partition), { topic, partition, committed: undefined, member });
    }
  }
  for (const committed of await admin.listGroupOffsets(groupId)) {
    const { topic, partition } = committed;
    const key = keyOf(topic, partition);
    byKey.set(key, { topic, partition, committed, member: byKey.get(key)?.member });
  }
  const all = [...byKey.values()].sort((a, b) =>
    a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1
  );
  const queries = all.map((one) => ({ ...one, timestamp: OFFSET_TIMES.latest }));
  const ends = await admin.listOffsets(queries);
  return queries.map((query) => {
    const { timestamp: _, ...one } = query;
    const end = ends.get(query);
    const isKnown = end !== undefined && !(end instanceof BrokerRefused);
    return { ...one, endOffset: isKnown ? end.offset : undefined };
  });
}

function lagOf({ committed, endOffset }: Progress): number | undefined {
  if (committed === undefined || endOffset === undefined) return undefined;
  return endOffset - committed.offset;
}

function columnsOf(verbose: boolean): Column[] {
  return [
    { title: "GROUP", width: 15 },
    { title: "TOPIC", width: 15 },
    { title: "PARTITION", width: 10 },
    ...(verbose ? [{ title: "LEADER-EPOCH", width: 15 }] : []),
    { title: "CURRENT-OFFSET", width: 15 },
    { title: "LOG-END-OFFSET", width: 15 },
    { title: "LAG", width: 15 },
    { title: "CONSUMER-ID", width: 15 },
    { title: "HOST", width: 15 },
    { title: "CLIENT-ID", width: 0, isRagged: true },
  ];
}

function rowOf({ groupId }: DescribedGroup, one: Progress, verbose: boolean): Row {
  const { topic, partition, committed, endOffset, member } = one;
  const epoch = committed === undefined || committed.leaderEpoch < 0 ? NONE : committed.leaderEpoch;
  return [
    groupId,
    topic,
    partition,
    ...(verbose ? [epoch] : []),
    committed?.offset ?? NONE,
    endOffset ?? NONE,
    lagCell(lagOf(one)),
    ...memberCells(member),
  ];
}

function lagCell(lag: number | undefined): Cell {
  if (lag === undefined) return NONE;
  return lag > 0 ? { value: lag, look: "warning" } : lag;
}

function memberCells(member: DescribedMember | undefined): string[] {
  return [member?.memberId ?? NONE, member?.host ?? NONE, member?.clientId ?? NONE];
}
