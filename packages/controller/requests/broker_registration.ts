// BrokerRegistration: a broker process wants to belong to the cluster.

import type { NodeId } from "@odradek/base";
import { CLUSTER, type Endpoint, endpoint, type Hooks } from "@odradek/network";
import { BrokerRegistration } from "@odradek/protocol/messages/broker_registration";
import { errors } from "@odradek/protocol/errors";
import { Refusal } from "@odradek/protocol/refusal";
import type { Fencing } from "../sessions/fencing.ts";
import type { Controller } from "../controller.ts";
import { decideRegisterBroker } from "../decide/register_broker.ts";

export function brokerRegistrationEndpoint(
  controller: Controller,
  sessions: Fencing,
  hooks: Hooks,
): Endpoint {
  return endpoint(BrokerRegistration, {
    async handle(request, context) {
      if (!hooks.authorize(context, "ClusterAction", CLUSTER)) {
        throw new Refusal("CLUSTER_AUTHORIZATION_FAILED");
      }
      const epoch = await controller.decide((next, given) =>
        decideRegisterBroker(next, request, { ...given, sessions })
      );
      sessions.heard({ id: request.brokerId as NodeId, epoch }, context);
      return { errorCode: errors.NONE.code, brokerEpoch: BigInt(epoch) };
    },
    refuse: (_, { code: errorCode }) => ({ errorCode, brokerEpoch: -1n }),
  });
}
