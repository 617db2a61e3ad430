// Shows the transactions of transactional ids (KIP-664); admin clients send it to their
// coordinators.

import {
  api,
  array,
  int16,
  int32,
  int64,
  type Request,
  type ResponseDraft,
  string,
} from "../schema/mod.ts";

const describedTransaction = {
  errorCode: int16,
  transactionalId: string,
  /** Empty, Ongoing, PrepareCommit, PrepareAbort, CompleteCommit, CompleteAbort or Dead. */
  transactionState: string,
  /** It is aborted when it is open for longer. */
  transactionTimeoutMs: int32,
  /** Wall clock; -1: none has begun yet. */
  transactionStartTimeMs: int64,
  producerId: int64,
  producerEpoch: int16,
  /** All of an open transaction; of one that is ending those that lack their marker. */
  topics: array({ topic: string, partitions: array(int32) }),
};

export const DescribeTransactions = api({
  key: 65,
  name: "DescribeTransactions",
  versions: [0, 0],
  flexibleSince: 0,
  request: { transactionalIds: array(string) },
  response: { throttleTimeMs: int32.default(0), transactionStates: array(describedTransaction) },
});
export type DescribeTransactionsRequest = Request<typeof DescribeTransactions>;
export type DescribeTransactionsResponse = ResponseDraft<typeof DescribeTransactions>;
