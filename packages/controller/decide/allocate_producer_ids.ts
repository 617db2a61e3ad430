// A broker takes a block of producer ids: nobody else gets one of them, ever (KIP-730).

import type { AllocateProducerIdsRequest } from "@odradek/protocol/messages/allocate_producer_ids";
import type { ClusterImage } from "@odradek/metadata";
import type { Decision } from "./decision.ts";
import { checkBrokerEpoch } from "./register_broker.ts";

export const PRODUCER_ID_BLOCK = 1000;

export interface ProducerIdBlock {
  readonly start: number;
  readonly length: number;
}

export function decideAllocateProducerIds(
  next: ClusterImage,
  { brokerId, brokerEpoch }: AllocateProducerIdsRequest,
): Decision<ProducerIdBlock> {
  checkBrokerEpoch(next, brokerId, brokerEpoch);
  const start = next.nextProducerId;
  return {
    records: [{
      type: "ProducerIdsRecord",
      brokerId,
      brokerEpoch,
      nextProducerId: BigInt(start + PRODUCER_ID_BLOCK),
    }],
    reply: { start, length: PRODUCER_ID_BLOCK },
  };
}
