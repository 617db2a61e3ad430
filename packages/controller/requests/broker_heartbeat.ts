// BrokerHeartbeat: a broker says that it lives and what it wants to be.

import { CLUSTER, type Endpoint, endpoint, type Hooks } from "@odradek/network";
import { BrokerHeartbeat } from "@odradek/protocol/messages/broker_heartbeat";
import { errors } from "@odradek/protocol/errors";
import { Refusal } from "@odradek/protocol/refusal";
import type { Controller } from "../controller.ts";
import { decideBrokerHeartbeat } from "../decide/broker_heartbeat.ts";

export function brokerHeartbeatEndpoint(controller: Controller, hooks: Hooks): Endpoint {
  return endpoint(BrokerHeartbeat, {
    async handle(request, context) {
      if (!hooks.authorize(context, "ClusterAction", CLUSTER)) {
        throw new Refusal("CLUSTER_AUTHORIZATION_FAILED");
      }
      const reply = await controller.decide((next) => decideBrokerHeartbeat(next, request));
      return { errorCode: errors.NONE.code, ...reply };
    },
    refuse: (_, { code: errorCode }) => ({ errorCode, shouldShutDown: false }),
  });
}
