// groups --describe: how far groups have read, who is in them, or how they are.

import { type DescribedGroup, done } from "@odradek/client";
import type { Terminal } from "../terminal.ts";
import { describeMembers, membersJson } from "./describe_members.ts";
import { describeOffsets, offsetsJson } from "./describe_offsets.ts";
import { describeStates, statesJson } from "./describe_state.ts";
import type { GroupsContext } from "./flags.ts";

export async function describeGroups(context: GroupsContext): Promise<void> {
  const { admin, flags, terminal } = context;
  const described = await admin.describeGroups(await groupIds(context));
  const groups = [...described.values()].map((outcome) => done(outcome));
  if (flags.json === true) {
    const json = flags.members === true
      ? membersJson(groups)
      : flags.state === true
      ? statesJson(groups)
      : await offsetsJson(context, groups);
    return terminal.print(JSON.stringify(json));
  }
  for (const group of groups) remarkState(terminal, group);
  if (flags.members === true) describeMembers(context, groups);
  else if (flags.state === true) describeStates(context, groups);
  else await describeOffsets(context, groups);
}

/** In order. */
async function groupIds({ admin, flags }: GroupsContext): Promise<string[]> {
  if (flags.group !== undefined) return [...new Set(flags.group)];
  const all = await admin.listGroups();
  return all.filter(({ protocolType }) => protocolType === "consumer" || protocolType === "")
    .map(({ groupId }) => groupId).sort();
}

function remarkState(terminal: Terminal, { groupId, state }: DescribedGroup): void {
  if (state === "Empty") {
    terminal.remark(`\nConsumer group '${groupId}' has no active members.`, "warning");
  } else if (state.endsWith("Rebalance")) {
    terminal.remark(`\nWarning: Consumer group '${groupId}' is rebalancing.`, "warning");
  }
}
