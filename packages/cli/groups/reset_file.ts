// Offsets as lines of CSV, as `--export` writes and `--from-file` reads them: topic, partition and
// offset of one group, with the group before them if there are several.

import { readFile } from "node:fs/promises";
import { reason } from "@odradek/base";
import { Failure } from "../failure.ts";
import type { Planned } from "./reset_plan.ts";

export function exportText(planned: readonly Planned[], hasSeveral: boolean): string {
  return planned.map(({ groupId, topic, partition, offset }) =>
    [...(hasSeveral ? [groupId] : []), topic, partition, offset].join(",")
  ).join("\n");
}

/** Of these groups. Failure if it cannot be read. */
export async function readOffsets(
  path: string,
  groupIds: readonly string[],
): Promise<Planned[]> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new Failure(`Cannot read "${path}": ${reason(error)}`);
  });
  return parseOffsets(text, groupIds);
}

/** Failure with the number of the line that is none. */
export function parseOffsets(text: string, groupIds: readonly string[]): Planned[] {
  const [only = ""] = groupIds;
  const planned = text.split(/\r?\n/).flatMap((line, i): Planned[] => {
    if (line.trim() === "") return [];
    const cells = line.split(",").map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
    const [groupId, topic, partition, offset] = cells.length === 3 ? [only, ...cells] : cells;
    const isRead = topic !== undefined && cells.length <= 4 &&
      /^\d+$/.test(partition ?? "") && /^\d+$/.test(offset ?? "");
    if (!isRead || (cells.length === 3 && groupIds.length > 1)) {
      throw new Failure(`Line ${i + 1} must be [group,]topic,partition,offset, not "${line}"`);
    }
    const place = { partition: Number(partition), offset: Number(offset) };
    return [{ groupId: groupId ?? "", topic, ...place }];
  });
  return planned.filter(({ groupId }) => groupIds.includes(groupId));
}
