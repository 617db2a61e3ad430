// What has changed of a share partition since its last snapshot (KIP-932).

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

export const ShareUpdate = coordinatorRecord({
  type: 1,
  name: "ShareUpdate",
  key: { groupId: string, topicId: uuid, partition: int32 },
  value: {
    versions: [0, 0],
    flexibleSince: 0,
    fields: {
      /** Of the snapshot that it goes with. */
      snapshotEpoch: int32,
      leaderEpoch: int32,
      /** -1: stays. */
      startOffset: int64,
      /** Of the records from `startOffset` on, how many are done with (KIP-1226); -1: not told. */
      deliveryCompleteCount: int32.default(-1).tag(0),
      /** Those that have changed. */
      stateBatches: array(stateBatch),
    },
  },
});
export type ShareUpdateKey = MessageOf<typeof ShareUpdate.key>;
export type ShareUpdateValue = MessageOf<typeof ShareUpdate.value>;
