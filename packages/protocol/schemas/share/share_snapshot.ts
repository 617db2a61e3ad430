// The whole state of a share partition (KIP-932). What came before it counts no more.

import {
  array,
  int16,
  int32,
  int64,
  int8,
  type MessageOf,
  string,
  uuid,
} from "../../schema/mod.ts";
import { coordinatorRecord } from "../coordinator.ts";

const stateBatch = {
  firstOffset: int64,
  /** Inclusive. */
  lastOffset: int64,
  /** 0: available, 2: acknowledged, 4: archived. */
  deliveryState: int8,
  deliveryCount: int16,
};

export const ShareSnapshot = coordinatorRecord({
  type: 0,
  name: "ShareSnapshot",
  key: { groupId: string, topicId: uuid, partition: int32 },
  value: {
    versions: [0, 0],
    flexibleSince: 0,
    fields: {
      /** One more with each snapshot; updates name it. */
      snapshotEpoch: int32,
      /** As the group's coordinator gave it, to fence leaders that know less. */
      stateEpoch: int32,
      leaderEpoch: int32,
      /** The first record that is not done with; -1: not decided yet. */
      startOffset: int64,
      /** Of the records from `startOffset` on, how many are done with (KIP-1226); -1: not told. */
      deliveryCompleteCount: int32.default(-1).tag(0),
      /** Wall clock in ms, when the state began. */
      createTimestamp: int64,
      /** Wall clock in ms, when the snapshot was written. */
      writeTimestamp: int64,
      stateBatches: array(stateBatch),
    },
  },
});
export type ShareSnapshotKey = MessageOf<typeof ShareSnapshot.key>;
export type ShareSnapshotValue = MessageOf<typeof ShareSnapshot.value>;
