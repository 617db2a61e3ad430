// Takes a block of producer ids out of the cluster's supply; brokers send it to the active
// controller (KIP-730).

import { api, int16, int32, int64, type Request, type ResponseDraft } from "../schema/mod.ts";

export const AllocateProducerIds = api({
  key: 67,
  name: "AllocateProducerIds",
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    brokerId: int32,
    /** From its registration. */
    brokerEpoch: int64.default(-1n),
  },
  response: {
    throttleTimeMs: int32.default(0),
    errorCode: int16,
    /** First of the block. */
    producerIdStart: int64,
    /** How many ids the block has. */
    producerIdLen: int32,
  },
});
export type AllocateProducerIdsRequest = Request<typeof AllocateProducerIds>;
export type AllocateProducerIdsResponse = ResponseDraft<typeof AllocateProducerIds>;
