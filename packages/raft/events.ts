// What the driver tells the core, one at a time, through `Raft.step`. Free names for what several
// voters will need: message, leaderUnreachable, snapshotDone, voterChange.

import type { LogPrefix } from "./log_view.ts";

/** The first step of a life, and one whenever the time of the last `wakeAt` has come. */
export interface Elapsed {
  readonly type: "elapsed";
}

/**
 * The driver is about to append records of this epoch up to this end. It asks first and appends
 * after: if the answer holds `refuse`, nothing was written that would have to go again.
 */
export interface Proposed extends LogPrefix {
  readonly type: "proposed";
}

/**
 * Everything below `endOffset` survives the end of the machine. The epoch of the last record below
 * it is part of the message, because an end alone can come to mean other records:
 * 1. A leader of epoch 1 has appended up to 10; a sync is under way.
 * 2. It learns of epoch 2, truncates to 5, and takes records of epoch 2 up to 10.
 * 3. The sync of step 1 ends: "durable up to 10" is true of records that are gone.
 */
export interface Written extends LogPrefix {
  readonly type: "written";
}

/** The node stops in order: it gives up its epoch, if it leads one (KIP-595, EndQuorumEpoch). */
export interface Resign {
  readonly type: "resign";
}

export type Event = Elapsed | Proposed | Written | Resign;
