// A transactional id: its producer and how its transaction stands. Written with each change.

import { array, int16, int32, int64, int8, type MessageOf, string } from "../../schema/mod.ts";
import { coordinatorRecord } from "../coordinator.ts";

const topicPartitions = {
  topic: string,
  partitionIds: array(int32),
};

/**
 * Version 1 is what is written from transaction.version 1 on: it has tagged fields, and may get
 * more (KIP-915).
 */
export const TransactionLog = coordinatorRecord({
  type: 0,
  name: "TransactionLog",
  key: { transactionalId: string },
  value: {
    versions: [0, 1],
    flexibleSince: 1,
    fields: {
      producerId: int64,
      /** Of the last transaction that ended; -1: not told. */
      previousProducerId: int64.since(1).default(-1n).tag(0),
      /**
       * Given to the producer for its next transaction when the epochs had run out (KIP-890); -1:
       * none.
       */
      nextProducerId: int64.since(1).default(-1n).tag(1),
      producerEpoch: int16,
      /** Of `nextProducerId`; -1: none. */
      nextProducerEpoch: int16.since(1).default(-1).tag(3),
      /** It is aborted when it is open for longer. */
      transactionTimeoutMs: int32,
      /**
       * 0: Empty, 1: Ongoing, 2: PrepareCommit, 3: PrepareAbort, 4: CompleteCommit, 5:
       * CompleteAbort, 6: Dead, 7: PrepareEpochFence.
       */
      transactionStatus: int8,
      /** null: none yet, in state Empty. */
      transactionPartitions: array(topicPartitions).nullable(),
      /** Wall clock. */
      transactionLastUpdateTimestampMs: int64,
      /** Wall clock; -1: none has begun yet. */
      transactionStartTimestampMs: int64,
      /** 2: a new epoch for each transaction (KIP-890); 0, 1: the same for all. */
      clientTransactionVersion: int16.since(1).default(0).tag(2),
    },
  },
});
export type TransactionLogKey = MessageOf<typeof TransactionLog.key>;
export type TransactionLogValue = MessageOf<typeof TransactionLog.value>;
