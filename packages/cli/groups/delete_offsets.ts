// groups --delete-offsets: a group forgets what it has committed of topics that it does not read.

import { BrokerRefused } from "@odradek/client";
import { reason } from "@odradek/base";
import { Failure } from "../failure.ts";
import type { GroupsContext } from "./flags.ts";
import { parseTopicScope, partitionsIn, type TopicScope, type Which } from "./scope.ts";
import { NONE, printTable } from "./table.ts";

interface Deleted {
  readonly topic: string;
  /** Undefined: the topic is not there. */
  readonly partition: number | undefined;
  /** Undefined: done. */
  readonly refusal: string | undefined;
}

/** Failure if something of it could not be. */
export async function deleteOffsets(context: GroupsContext): Promise<void> {
  const { admin, flags, terminal } = context;
  const [groupId = ""] = flags.group ?? [];
  const { found, missing } = await lookUp(context, (flags.topic ?? []).map(parseTopicScope));
  const outcomes = await admin.deleteGroupOffsets(groupId, found);
  const all: Deleted[] = [
    ...[...outcomes].map(([which, outcome]) => ({
      ...which,
      refusal: outcome instanceof BrokerRefused ? textOfRefusal(outcome) : undefined,
    })),
    ...missing,
  ].sort((a, b) => (a.topic === b.topic ? 0 : a.topic < b.topic ? -1 : 1));
  const hasFailed = [...outcomes.values()].some((one) => one !== true);
  if (flags.json === true) {
    terminal.print(JSON.stringify({ group: groupId, partitions: all }));
  } else {
    const how = hasFailed ? "failed" : "succeeded";
    terminal.print(`Request ${how} for deleting offsets from group ${groupId}.\n`);
    const columns = [["TOPIC", 15], ["PARTITION", 10], ["STATUS", 15]] as const;
    printTable(
      terminal,
      columns.map(([title, width]) => ({ title, width, isFixed: title === "STATUS" })),
      all.map(({ topic, partition, refusal }) => [
        topic,
        partition ?? NONE,
        refusal === undefined ? "Successful" : { value: `Error: ${refusal}`, look: "bad" },
      ]),
    );
  }
  if (hasFailed || missing.length > 0) throw new Failure("");
}

async function lookUp({ admin }: GroupsContext, scopes: readonly TopicScope[]) {
  const found: Which[] = [];
  const missing: Deleted[] = [];
  for (const scope of scopes) {
    try {
      found.push(...await partitionsIn(admin, [scope]));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      missing.push({ topic: scope.topic, partition: undefined, refusal: reason(error) });
    }
  }
  return { found, missing };
}

function textOfRefusal({ error, message }: BrokerRefused): string {
  return `${error}: ${message}`;
}
