// groups --describe --state: how groups are, and which node keeps them.

import type { DescribedGroup } from "@odradek/client";
import type { GroupsContext } from "./flags.ts";
import { type Column, NONE, printTable, type Row } from "./table.ts";

export function describeStates(
  { terminal, flags: { verbose = false } }: GroupsContext,
  groups: readonly DescribedGroup[],
): void {
  for (const group of groups) {
    terminal.print("");
    printTable(terminal, columnsOf(verbose), [rowOf(group, verbose)]);
  }
}

export function statesJson(groups: readonly DescribedGroup[]) {
  return {
    groups: groups.map(({ groupId, coordinator: { id, host, port }, ...group }) => ({
      group: groupId,
      coordinator: { id, host, port },
      assignmentStrategy: group.protocol === "" ? null : group.protocol,
      state: group.state,
      members: group.members.length,
    })),
  };
}

function columnsOf(verbose: boolean): Column[] {
  return [
    { title: "GROUP", width: 15 },
    { title: "COORDINATOR (ID)", width: 25 },
    { title: "ASSIGNMENT-STRATEGY", width: 20 },
    { title: "STATE", width: 20 },
    ...(verbose
      ? [
        { title: "GROUP-EPOCH", width: 15 },
        { title: "TARGET-ASSIGNMENT-EPOCH", width: 25 },
      ]
      : []),
    { title: "#MEMBERS", width: 0, isRagged: true },
  ];
}

function rowOf(
  { groupId, coordinator: { host, port, id }, ...group }: DescribedGroup,
  verbose: boolean,
): Row {
  return [
    groupId,
    `${host}:${port}  (${id})`,
    group.protocol === "" ? NONE : group.protocol,
    group.state,
    // Classic groups have none.
    ...(verbose ? [NONE, NONE] : []),
    group.members.length,
  ];
}
