// What is read is what lies on the disk, and an offset once read never reads differently, unless
// what it held was lost with power.

import type { ConsumerRecord } from "@odradek/client";
import type { World } from "../world/world.ts";
import type { LogTruth } from "../truth/log_truth.ts";
import { stored } from "../truth/stored.ts";

const NAME = "immutable_content";

export function checkRead(world: World, truth: LogTruth, record: ConsumerRecord): void {
  const { offset, leaderEpoch } = record;
  const { fingerprint } = stored(record, leaderEpoch);
  const where = `${truth.name} ${offset}`;
  const before = truth.read.get(offset) ?? fingerprint;
  world.expect(before === fingerprint, NAME, () =>
    `${where} was ${before}, and now reads ${fingerprint}`);
  truth.read.set(offset, fingerprint);
  truth.log.refresh();
  const onDisk = truth.log.recordAt(offset)?.fingerprint ?? "nothing";
  world.expect(onDisk === fingerprint, NAME, () =>
    `${where} reads ${fingerprint}, and on the disk is ${onDisk}`);
}
