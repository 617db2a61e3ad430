// Adds partitions to a transaction before anything is written to them; producers send it to the
// transaction's coordinator, since version 4 leaders of partitions do (KIP-890).

import {
  api,
  array,
  boolean,
  int16,
  int32,
  int64,
  type Request,
  type ResponseDraft,
  string,
} from "../schema/mod.ts";

const topicResult = {
  name: string,
  resultsByPartition: array({ partitionIndex: int32, partitionErrorCode: int16 }),
};

/**
 * One transaction up to version 3, in fields of the message itself; any number since version 4, in
 * `transactions`.
 */
export const AddPartitionsToTxn = api({
  key: 24,
  name: "AddPartitionsToTxn",
  versions: [0, 5],
  flexibleSince: 3,
  request: {
    transactions: array({
      transactionalId: string,
      producerId: int64,
      producerEpoch: int16,
      /** Only asks whether the partitions are in the transaction already. */
      verifyOnly: boolean.default(false),
      topics: array({ name: string, partitions: array(int32) }),
    }).since(4),
    v3AndBelowTransactionalId: string.until(3),
    v3AndBelowProducerId: int64.until(3),
    v3AndBelowProducerEpoch: int16.until(3),
    v3AndBelowTopics: array({ name: string, partitions: array(int32) }).until(3),
  },
  response: {
    throttleTimeMs: int32.default(0),
    /** Of the request. Other errors stand at their partitions. */
    errorCode: int16.since(4).ignorable(),
    resultsByTransaction: array({
      transactionalId: string,
      topicResults: array(topicResult),
    }).since(4),
    resultsByTopicV3AndBelow: array(topicResult).until(3),
  },
});
export type AddPartitionsToTxnRequest = Request<typeof AddPartitionsToTxn>;
export type AddPartitionsToTxnResponse = ResponseDraft<typeof AddPartitionsToTxn>;
