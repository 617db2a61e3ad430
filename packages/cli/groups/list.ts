// groups --list: the names of groups, with state and type if they are asked for.

import { Failure } from "../failure.ts";
import type { GroupsContext } from "./flags.ts";
import { type Column, printTable } from "./table.ts";

/** As in the protocol. */
const STATES = [
  "Stable",
  "Empty",
  "PreparingRebalance",
  "CompletingRebalance",
  "Assigning",
  "Reconciling",
  "Dead",
] as const;
const TYPES = ["Classic", "Consumer", "Share", "Streams"] as const;

export async function listGroups({ admin, flags, terminal }: GroupsContext): Promise<void> {
  const states = wanted("state", flags.state, STATES);
  const types = wanted("type", flags.type, TYPES);
  const groups = await admin.listGroups({ states, types });
  groups.sort((a, b) => (a.groupId < b.groupId ? -1 : 1));
  if (flags.json === true) return terminal.print(JSON.stringify({ groups }));
  if (flags.state === undefined && flags.type === undefined) {
    for (const { groupId } of groups) terminal.print(groupId);
    return;
  }
  const longest = Math.max(15, ...groups.map(({ groupId }) => groupId.length));
  const columns: Column[] = [{ title: "GROUP", width: longest + 10 }];
  if (flags.type !== undefined) columns.push({ title: "TYPE", width: 20 });
  if (flags.state !== undefined) columns.push({ title: "STATE", width: 20 });
  const rows = groups.map(({ groupId, type, state }) => [
    groupId,
    ...(flags.type === undefined ? [] : [known(type, TYPES)]),
    ...(flags.state === undefined ? [] : [state]),
  ]);
  printTable(terminal, columns, rows);
}

/** Undefined: all. Failure for one that there is not. */
function wanted(
  name: string,
  text: string | true | undefined,
  all: readonly string[],
): string[] | undefined {
  if (text === undefined || text === true) return undefined;
  return text.split(",").map((one) => {
    const found = all.find((other) => other.toLowerCase() === one.trim().toLowerCase());
    if (found !== undefined) return found;
    throw new Failure(`Invalid ${name} list '${text}'. Valid ${name}s are: ${all.join(", ")}`);
  });
}

function known(text: string, all: readonly string[]): string {
  return all.find((one) => one.toLowerCase() === text.toLowerCase()) ?? text;
}
