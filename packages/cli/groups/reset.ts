// groups --reset-offsets: groups without members go on elsewhere.

import { BrokerRefused, done } from "@odradek/client";
import { Failure } from "../failure.ts";
import { paintHead } from "../looks.ts";
import type { GroupsContext } from "./flags.ts";
import { exportText } from "./reset_file.ts";
import { type Planned, planReset } from "./reset_plan.ts";
import { printTable } from "./table.ts";

/** Shown if nothing is executed. Failure if a group has members, or something cannot be. */
export async function resetOffsets(context: GroupsContext): Promise<void> {
  const { admin, flags, terminal } = context;
  if (flags.execute !== true && flags.dryRun !== true) {
    const what = "Nothing is changed without --execute: this is what would be";
    terminal.remark(what, "warning");
  }
  const groupIds = flags.group ?? (await admin.listGroups()).map(({ groupId }) => groupId).sort();
  const active = await activeGroups(context, groupIds);
  const planned: Planned[] = [];
  for (const groupId of groupIds.filter((id) => !active.has(id))) {
    const plan = await planReset(context, groupId);
    if (flags.execute === true && plan.length > 0) await carryOut(context, groupId, plan);
    planned.push(...plan);
  }
  for (const [id, state] of active) {
    const why = `the group '${id}' is inactive, but the current state is ${state}.`;
    const line = `\nError: Assignments can only be reset if ${why}`;
    if (flags.json === true) terminal.remark(line.trim(), "bad");
    else terminal.print(paintHead(terminal.paint, "bad", line));
  }
  show(context, planned, groupIds.length > 1);
  if (active.size > 0) throw new Failure("");
}

/** With their states. Groups that are not there may get offsets. */
async function activeGroups(
  { admin }: GroupsContext,
  groupIds: readonly string[],
): Promise<Map<string, string>> {
  const active = new Map<string, string>();
  for (const [id, outcome] of await admin.describeGroups(groupIds)) {
    const isMissing = outcome instanceof BrokerRefused && outcome.error === "GROUP_ID_NOT_FOUND";
    if (isMissing) continue;
    const { state } = done(outcome);
    if (state !== "Empty") active.set(id, state);
  }
  return active;
}

async function carryOut(
  { admin }: GroupsContext,
  groupId: string,
  plan: readonly Planned[],
): Promise<void> {
  for (const outcome of (await admin.alterGroupOffsets(groupId, plan)).values()) done(outcome);
}

function show(
  { flags, terminal }: GroupsContext,
  planned: readonly Planned[],
  hasSeveral: boolean,
): void {
  if (flags.json === true) {
    const offsets = planned.map(({ groupId: group, ...rest }) => ({ group, ...rest }));
    return terminal.print(JSON.stringify({ isExecuted: flags.execute === true, offsets }));
  }
  if (flags.export === true) return terminal.print(`${exportText(planned, hasSeveral)}\n`);
  terminal.print("");
  printTable(
    terminal,
    [
      { title: "GROUP", width: 15 },
      { title: "TOPIC", width: 15 },
      { title: "PARTITION", width: 10 },
      { title: "NEW-OFFSET", width: 0, isRagged: true },
    ],
    planned.map(({ groupId, topic, partition, offset }) => [groupId, topic, partition, offset]),
  );
}
