// Commits or aborts a transaction; producers send it to the transaction's coordinator.

import {
  api,
  boolean,
  int16,
  int32,
  int64,
  type Request,
  type ResponseDraft,
  string,
} from "../schema/mod.ts";

/** From version 5 each transaction has a producer epoch of its own (KIP-890). */
export const EndTxn = api({
  key: 26,
  name: "EndTxn",
  versions: [0, 5],
  flexibleSince: 3,
  request: {
    transactionalId: string,
    producerId: int64,
    producerEpoch: int16,
    /** False: aborted. */
    committed: boolean,
  },
  response: {
    throttleTimeMs: int32.default(0),
    errorCode: int16,
    /** For the next transaction, as the epoch; -1: on an error. */
    producerId: int64.since(5).default(-1n).ignorable(),
    producerEpoch: int16.since(5).default(-1).ignorable(),
  },
});
export type EndTxnRequest = Request<typeof EndTxn>;
export type EndTxnResponse = ResponseDraft<typeof EndTxn>;
