// BrokerHeartbeat: a broker says that it lives and what it wants to be.

import { type NodeId, safeInteger } from "@odradek/base";
import { CLUSTER, type Endpoint, endpoint, type Hooks } from "@odradek/network";
import { BrokerHeartbeat } from "@odradek/protocol/messages/broker_heartbeat";
import { errors } from "@odradek/protocol/errors";
import { Refusal } from "@odradek/protocol/refusal";
import type { Fencing } from "../sessions/fencing.ts";
import type { Controller } from "../controller.ts";
import { decideBrokerHeartbeat } from "../decide/broker_heartbeat.ts";

export function brokerHeartbeatEndpoint(
  controller: Controller,
  sessions: Fencing,
  hooks: Hooks,
): Endpoint {
  return endpoint(BrokerHeartbeat, {
    async handle(request, context) {
      if (!hooks.authorize(context, "ClusterAction", CLUSTER)) {
        throw new Refusal("CLUSTER_AUTHORIZATION_FAILED");
      }
      const reply = await controller.decide((next, given) =>
        decideBrokerHeartbeat(next, request, given)
      );
      const key = { id: request.brokerId as NodeId, epoch: safeInteger(request.brokerEpoch) };
      // Who was allowed to go is not missed.
      if (reply.shouldShutDown) sessions.left(key);
      else sessions.heard(key, context);
      return { errorCode: errors.NONE.code, ...reply };
    },
    refuse: (_, { code: errorCode }) => ({ errorCode, shouldShutDown: false }),
  });
}
