// AlterPartition: leaders tell which replicas are in sync.

import { CLUSTER, type Endpoint, endpoint, type Hooks } from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import { AlterPartition } from "@odradek/protocol/messages/alter_partition";
import { Refusal } from "@odradek/protocol/refusal";
import type { Controller } from "../controller.ts";
import { decideAlterPartition } from "../decide/alter_partition.ts";

export function alterPartitionEndpoint(controller: Controller, hooks: Hooks): Endpoint {
  return endpoint(AlterPartition, {
    async handle(request, context) {
      if (!hooks.authorize(context, "ClusterAction", CLUSTER)) {
        throw new Refusal("CLUSTER_AUTHORIZATION_FAILED");
      }
      const topics = await controller.decide((next, { config }) =>
        decideAlterPartition(next, request, config)
      );
      return { errorCode: errors.NONE.code, topics };
    },
    refuse: (_, { code: errorCode }) => ({ errorCode, topics: [] }),
  });
}
