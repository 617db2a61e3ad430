// ControllerRegistration: a controller that is not the active one makes itself known (KIP-919).

import { nodeId } from "@odradek/base";
import { CLUSTER, type Endpoint, endpoint, type Hooks } from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import { ControllerRegistration } from "@odradek/protocol/messages/controller_registration";
import { Refusal } from "@odradek/protocol/refusal";
import type { Controller } from "../controller.ts";
import { decideRegisterController } from "../decide/register_controller.ts";

export function controllerRegistrationEndpoint(controller: Controller, hooks: Hooks): Endpoint {
  return endpoint(ControllerRegistration, {
    async handle({ controllerId, incarnationId, listeners: endpoints }, context) {
      if (!hooks.authorize(context, "ClusterAction", CLUSTER)) {
        throw new Refusal("CLUSTER_AUTHORIZATION_FAILED");
      }
      const command = { controllerId: nodeId(controllerId), incarnationId, endpoints };
      await controller.decide((next) => decideRegisterController(next, command));
      return { errorCode: errors.NONE.code, errorMessage: null };
    },
    refuse: (_, { code, message }) => ({ errorCode: code, errorMessage: message }),
  });
}
