// Gives a producer its id and epoch; with a transactional id it also ends what an earlier
// incarnation left open. Producers send it to the transaction's coordinator, without transactional
// id to any broker.

import {
  api,
  int16,
  int32,
  int64,
  type Request,
  type ResponseDraft,
  string,
} from "../schema/mod.ts";

/** Version 6 (two-phase commit, KIP-939) is not stable yet and left out. */
export const InitProducerId = api({
  key: 22,
  name: "InitProducerId",
  versions: [0, 5],
  flexibleSince: 2,
  request: {
    /** null: idempotence only. */
    transactionalId: string.nullable(),
    /** A transaction that stays open for longer is aborted. */
    transactionTimeoutMs: int32,
    /** What the producer had and wants to go on with (KIP-360); -1: nothing. */
    producerId: int64.since(3).default(-1n),
    /** -1: none. */
    producerEpoch: int16.since(3).default(-1),
  },
  response: {
    throttleTimeMs: int32.default(0).ignorable(),
    errorCode: int16,
    /** -1 on an error. */
    producerId: int64.default(-1n),
    producerEpoch: int16,
  },
});
export type InitProducerIdRequest = Request<typeof InitProducerId>;
export type InitProducerIdResponse = ResponseDraft<typeof InitProducerId>;
