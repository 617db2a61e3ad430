// `--replica-assignment 0:1,1:2`: nodes of a partition with colons between, partitions with commas.

import { Failure } from "../failure.ts";

/** By partition, the preferred leader first. Failure for what cannot be an assignment. */
export function parseAssignment(text: string): number[][] {
  const assignment = text.split(",").map((part) =>
    part.split(":").map((id) => {
      if (!/^\s*\d+\s*$/.test(id)) throw new Failure(`"${id}" in "${text}" is no node id`);
      return Number(id);
    })
  );
  for (const replicas of assignment) {
    const twice = replicas.filter((id, i) => replicas.indexOf(id) !== i);
    if (twice.length > 0) {
      throw new Failure(
        `Partition replica lists may not contain duplicate entries: ${twice.join(",")}`,
      );
    }
    if (replicas.length !== assignment[0]?.length) {
      throw new Failure(
        `Partition ${assignment.indexOf(replicas)} has different replication ` +
          `factor: ${replicas.join(", ")}`,
      );
    }
  }
  return assignment;
}
