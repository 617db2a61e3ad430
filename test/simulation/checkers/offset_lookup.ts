// ListOffsets tells the truth: the end as it is, and for a time the first record that is not older.

import type { LogTruth } from "../truth/log_truth.ts";
import type { World } from "../world/world.ts";

const NAME = "offset_lookup";

export interface Lookup {
  readonly truth: LogTruth;
  /** Wall clock ms. */
  readonly timestamp: number;
  /** When it was asked. */
  readonly endOffsetThen: number;
}

/** `found`: the offset in the answer; -1: no such record. */
export function checkTimeLookup(world: World, lookup: Lookup, found: number): void {
  const { truth: { log, name, deletedBelow }, timestamp, endOffsetThen } = lookup;
  log.refresh();
  const what = `${name} has its first record from time ${timestamp} on`;
  const isOlder = (offset: number): boolean => {
    const record = log.recordAt(offset);
    return record === undefined || record.timestamp < timestamp;
  };
  world.expect(found < 0 || !isOlder(found), NAME, () => `${what} not at ${found}: that is older`);
  const end = found < 0 ? endOffsetThen : found;
  // What is below may be deleted or not.
  for (let offset = Math.max(deletedBelow, log.startOffset); offset < end; offset++) {
    if (isOlder(offset)) continue;
    return world.fail(NAME, `${what} at ${offset}, the answer was ${found}`);
  }
}

export function checkEndLookup(world: World, lookup: Lookup, found: number): void {
  const { truth: { log, name }, endOffsetThen } = lookup;
  log.refresh();
  world.expect(found >= endOffsetThen && found <= log.endOffset, NAME, () =>
    `${name} ended between ${endOffsetThen} and ${log.endOffset}, the answer was ${found}`);
}
