// InitProducerId: an id for a producer that wants its batches once and in order (KIP-98).

import { type Endpoint, endpoint, type RequestContext } from "@odradek/network";
import { CLUSTER } from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import {
  InitProducerId,
  type InitProducerIdRequest,
  type InitProducerIdResponse,
} from "@odradek/protocol/messages/init_producer_id";
import { Refusal } from "@odradek/protocol/refusal";
import type { Services } from "./services.ts";

type Reached = Pick<Services, "producerIds" | "hooks">;

const FIRST_EPOCH = 0;

export function initProducerIdEndpoint(services: Reached): Endpoint {
  return endpoint(InitProducerId, {
    handle: (request, context) => handleInitProducerId(services, request, context),
    refuse: (_, { code: errorCode }) => ({ errorCode, producerId: -1n, producerEpoch: -1 }),
  });
}

async function handleInitProducerId(
  { producerIds, hooks }: Reached,
  request: InitProducerIdRequest,
  context: RequestContext,
): Promise<InitProducerIdResponse> {
  const { transactionalId, producerId, producerEpoch } = request;
  if (transactionalId !== null) {
    throw new Refusal("COORDINATOR_NOT_AVAILABLE", "There are no transactions");
  }
  if (!hooks.authorize(context, "IdempotentWrite", CLUSTER)) {
    throw new Refusal("CLUSTER_AUTHORIZATION_FAILED");
  }
  // Half of what a producer had tells nothing (KIP-360).
  if ((producerId === -1n) !== (producerEpoch === -1)) throw new Refusal("INVALID_REQUEST");
  const id = await producerIds.next();
  return {
    errorCode: errors.NONE.code,
    producerId: BigInt(id),
    producerEpoch: FIRST_EPOCH,
  };
}
