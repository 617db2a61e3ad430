// Writes into partitions how a transaction has ended; the transaction's coordinator sends it to
// their leaders, admin clients do to end a hanging one (KIP-664).

import {
  api,
  array,
  boolean,
  int16,
  int32,
  int64,
  int8,
  type Request,
  type ResponseDraft,
  string,
} from "../schema/mod.ts";

const marker = {
  producerId: int64,
  producerEpoch: int16,
  /** True: committed; false: aborted. */
  transactionResult: boolean,
  topics: array({ name: string, partitionIndexes: array(int32) }),
  /** Leader epoch of the coordinator's partition; fences coordinators that are no longer. */
  coordinatorEpoch: int32,
  /** 2: the epoch is one above that of the transaction's records (KIP-1228); 0, 1: it is theirs. */
  transactionVersion: int8.since(2).default(0).ignorable(),
};

export const WriteTxnMarkers = api({
  key: 27,
  name: "WriteTxnMarkers",
  versions: [1, 2],
  flexibleSince: 1,
  request: { markers: array(marker) },
  response: {
    markers: array({
      producerId: int64,
      topics: array({
        name: string,
        partitions: array({ partitionIndex: int32, errorCode: int16 }),
      }),
    }),
  },
});
export type WriteTxnMarkersRequest = Request<typeof WriteTxnMarkers>;
export type WriteTxnMarkersResponse = ResponseDraft<typeof WriteTxnMarkers>;
