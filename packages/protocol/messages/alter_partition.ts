// Changes the in-sync replicas of partitions; their leaders send it to the active controller.

import {
  api,
  array,
  int16,
  int32,
  int64,
  int8,
  type Request,
  type ResponseDraft,
  uuid,
} from "../schema/mod.ts";

const alteredPartition = {
  partitionIndex: int32,
  leaderEpoch: int32,
  newIsr: array(int32).until(2),
  newIsrWithEpochs: array({
    brokerId: int32,
    /** As the replica fetches with; -1: not checked. */
    brokerEpoch: int64.default(-1n),
  }).since(3),
  /** 1: since an unclean election the leader has not recovered; 0: it has (KIP-704). */
  leaderRecoveryState: int8.default(0),
  /** What the change is based on; refused if the controller's is higher. */
  partitionEpoch: int32,
};

/** As the controller has it now. */
const partitionState = {
  partitionIndex: int32,
  errorCode: int16,
  leaderId: int32,
  leaderEpoch: int32,
  isr: array(int32),
  /** As in the request. */
  leaderRecoveryState: int8.default(0).ignorable(),
  partitionEpoch: int32,
};

/**
 * Version 3 gives the broker epoch of each replica, so that none of an earlier incarnation gets in
 * (KIP-903).
 */
export const AlterPartition = api({
  key: 56,
  name: "AlterPartition",
  versions: [2, 3],
  flexibleSince: 0,
  request: {
    brokerId: int32,
    /** From its registration. */
    brokerEpoch: int64.default(-1n),
    topics: array({ topicId: uuid.ignorable(), partitions: array(alteredPartition) }),
  },
  response: {
    throttleTimeMs: int32.default(0),
    errorCode: int16,
    topics: array({ topicId: uuid.ignorable(), partitions: array(partitionState) }),
  },
});
export type AlterPartitionRequest = Request<typeof AlterPartition>;
export type AlterPartitionResponse = ResponseDraft<typeof AlterPartition>;
