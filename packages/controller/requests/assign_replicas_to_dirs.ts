// AssignReplicasToDirs: brokers tell in which log directories their replicas lie.

import { CLUSTER, type Endpoint, endpoint, type Hooks } from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import { AssignReplicasToDirs } from "@odradek/protocol/messages/assign_replicas_to_dirs";
import { Refusal } from "@odradek/protocol/refusal";
import type { Controller } from "../controller.ts";
import { decideAssignReplicasToDirs } from "../decide/assign_replicas_to_dirs.ts";

export function assignReplicasToDirsEndpoint(controller: Controller, hooks: Hooks): Endpoint {
  return endpoint(AssignReplicasToDirs, {
    async handle(request, context) {
      if (!hooks.authorize(context, "ClusterAction", CLUSTER)) {
        throw new Refusal("CLUSTER_AUTHORIZATION_FAILED");
      }
      const directories = await controller.decide((next, given) =>
        decideAssignReplicasToDirs(next, request, given)
      );
      return { errorCode: errors.NONE.code, directories: [...directories] };
    },
    refuse: (_, { code: errorCode }) => ({ errorCode, directories: [] }),
  });
}
