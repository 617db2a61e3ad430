// groups --describe --members: who is in a group, and what each reads.

import type { DescribedGroup, DescribedMember } from "@odradek/client";
import type { GroupsContext } from "./flags.ts";
import { type Column, NONE, printTable, type Row } from "./table.ts";

export function describeMembers(
  { terminal, flags: { verbose = false } }: GroupsContext,
  groups: readonly DescribedGroup[],
): void {
  for (const { groupId, members } of groups) {
    const hasStatic = members.some(({ instanceId }) => instanceId !== null);
    const rows = members.map((member): Row => [
      groupId,
      member.memberId,
      ...(hasStatic ? [member.instanceId ?? NONE] : []),
      member.host,
      member.clientId,
      member.assignment.length,
      // Members of classic groups have no epochs, and get what they are to have at once.
      ...(verbose ? [NONE, assignmentText(member), NONE, NONE] : [""]),
    ]);
    terminal.print("");
    printTable(terminal, columnsOf(verbose, hasStatic), rows);
  }
}

export function membersJson(groups: readonly DescribedGroup[]) {
  return {
    groups: groups.map(({ groupId, state, members }) => ({
      group: groupId,
      state,
      members: members.map((member) => ({
        consumerId: member.memberId,
        groupInstanceId: member.instanceId,
        host: member.host,
        clientId: member.clientId,
        assignment: member.assignment,
      })),
    })),
  };
}

function columnsOf(verbose: boolean, hasStatic: boolean): Column[] {
  return [
    { title: "GROUP", width: 15 },
    { title: "CONSUMER-ID", width: 15 },
    ...(hasStatic ? [{ title: "GROUP-INSTANCE-ID", width: 17 }] : []),
    { title: "HOST", width: 15 },
    { title: "CLIENT-ID", width: 15 },
    { title: "#PARTITIONS", width: 15 },
    ...(verbose
      ? [
        { title: "CURRENT-EPOCH", width: 15 },
        { title: "CURRENT-ASSIGNMENT", width: 20 },
        { title: "TARGET-EPOCH", width: 15 },
        { title: "TARGET-ASSIGNMENT", width: 20 },
      ]
      // A blank ends the lines, as those of Kafka's tool.
      : [{ title: "", width: 0 }]),
  ];
}

/** `orders:0,1,2;other:0` */
function assignmentText({ assignment }: DescribedMember): string {
  if (assignment.length === 0) return NONE;
  return [...Map.groupBy(assignment, ({ topic }) => topic)]
    .map(([topic, some]) =>
      `${topic}:${some.map(({ partition }) => partition).sort((a, b) => a - b).join(",")}`
    )
    .sort().join(";");
}
