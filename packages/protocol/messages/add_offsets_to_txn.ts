// Adds the offsets of a group to a transaction; producers send it to the transaction's coordinator
// before TxnOffsetCommit, unless that does it by itself (KIP-890).

import {
  api,
  int16,
  int32,
  int64,
  type Request,
  type ResponseDraft,
  string,
} from "../schema/mod.ts";

export const AddOffsetsToTxn = api({
  key: 25,
  name: "AddOffsetsToTxn",
  versions: [0, 4],
  flexibleSince: 3,
  request: { transactionalId: string, producerId: int64, producerEpoch: int16, groupId: string },
  response: { throttleTimeMs: int32.default(0), errorCode: int16 },
});
export type AddOffsetsToTxnRequest = Request<typeof AddOffsetsToTxn>;
export type AddOffsetsToTxnResponse = ResponseDraft<typeof AddOffsetsToTxn>;
