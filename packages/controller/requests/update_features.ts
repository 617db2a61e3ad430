// UpdateFeatures: from brokers that hand it on, or from tools that ask the controller itself.

import { CLUSTER, type Endpoint, endpoint, type Hooks } from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import { UpdateFeatures } from "@odradek/protocol/messages/update_features";
import { Refusal } from "@odradek/protocol/refusal";
import type { NodeId } from "@odradek/base";
import type { Controller } from "../controller.ts";
import { decideUpdateFeatures, featureUpdates } from "../decide/update_features.ts";

/** Until here the answer lists the features as well. */
const RESULTS_UNTIL = 1;

export function updateFeaturesEndpoint(
  controller: Controller,
  hooks: Hooks,
  nodeId: NodeId,
): Endpoint {
  return endpoint(UpdateFeatures, {
    async handle(request, context) {
      if (!hooks.authorize(context, "Alter", CLUSTER)) {
        throw new Refusal("CLUSTER_AUTHORIZATION_FAILED");
      }
      const updates = featureUpdates(request);
      const { validateOnly } = request;
      await controller.decide((next, given) =>
        decideUpdateFeatures(next, { updates, validateOnly, nodeId }, given)
      );
      const outcome = { errorCode: errors.NONE.code, errorMessage: null };
      if (context.version > RESULTS_UNTIL) return { ...outcome, results: [] };
      return { ...outcome, results: updates.map(({ feature }) => ({ feature, ...outcome })) };
    },
    refuse: (_, { code, message }) => ({ errorCode: code, errorMessage: message, results: [] }),
  });
}
