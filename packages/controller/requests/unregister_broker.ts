// UnregisterBroker: from brokers that hand it on, or from tools that ask the controller itself.

import { CLUSTER, type Endpoint, endpoint, type Hooks } from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import { UnregisterBroker } from "@odradek/protocol/messages/unregister_broker";
import { Refusal } from "@odradek/protocol/refusal";
import type { Controller } from "../controller.ts";
import { decideUnregisterBroker } from "../decide/unregister_broker.ts";

export function unregisterBrokerEndpoint(controller: Controller, hooks: Hooks): Endpoint {
  return endpoint(UnregisterBroker, {
    async handle({ brokerId }, context) {
      if (!hooks.authorize(context, "Alter", CLUSTER)) {
        throw new Refusal("CLUSTER_AUTHORIZATION_FAILED");
      }
      await controller.decide((next, given) => decideUnregisterBroker(next, brokerId, given));
      return { errorCode: errors.NONE.code, errorMessage: null };
    },
    refuse: (_, { code, message }) => ({ errorCode: code, errorMessage: message }),
  });
}
