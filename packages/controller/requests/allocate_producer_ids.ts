// AllocateProducerIds: a broker takes a block of producer ids (KIP-730).

import { CLUSTER, type Endpoint, endpoint, type Hooks } from "@odradek/network";
import { AllocateProducerIds } from "@odradek/protocol/messages/allocate_producer_ids";
import { errors } from "@odradek/protocol/errors";
import { Refusal } from "@odradek/protocol/refusal";
import type { Controller } from "../controller.ts";
import { decideAllocateProducerIds } from "../decide/allocate_producer_ids.ts";

export function allocateProducerIdsEndpoint(controller: Controller, hooks: Hooks): Endpoint {
  return endpoint(AllocateProducerIds, {
    async handle(request, context) {
      if (!hooks.authorize(context, "ClusterAction", CLUSTER)) {
        throw new Refusal("CLUSTER_AUTHORIZATION_FAILED");
      }
      const block = await controller.decide((next) => decideAllocateProducerIds(next, request));
      return {
        errorCode: errors.NONE.code,
        producerIdStart: BigInt(block.start),
        producerIdLen: block.length,
      };
    },
    refuse: (_, { code: errorCode }) => ({ errorCode, producerIdStart: -1n, producerIdLen: 0 }),
  });
}
