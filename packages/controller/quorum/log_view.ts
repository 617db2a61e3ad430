// The log on disk as the core begins with it.

import { type Epoch, offset } from "@odradek/base";
import type { PartitionLog } from "@odradek/log";
import { LogView } from "@odradek/raft";

export function viewOf(log: PartitionLog): LogView {
  return new LogView({
    startOffset: offset(log.startOffset),
    endOffset: offset(log.endOffset),
    epochs: log.epochs.entries.map(({ epoch, startOffset }) => ({
      epoch: epoch as Epoch,
      startOffset: offset(startOffset),
    })),
  });
}
