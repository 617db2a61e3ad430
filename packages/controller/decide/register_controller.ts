// The active controller makes itself, or another controller, known to the cluster (KIP-919).

import type { NodeId, Uuid } from "@odradek/base";
import { type ClusterImage, type EndpointImage, SUPPORTED_FEATURES } from "@odradek/metadata";
import type { Decision } from "./decision.ts";

export interface ControllerRegistrationCommand {
  readonly controllerId: NodeId;
  readonly incarnationId: Uuid;
  readonly endpoints: readonly EndpointImage[];
}

export function decideRegisterController(
  next: ClusterImage,
  { controllerId, incarnationId, endpoints }: ControllerRegistrationCommand,
): Decision<undefined> {
  if (next.controllers.get(controllerId)?.incarnationId === incarnationId) {
    return { records: [], reply: undefined };
  }
  const features = [...SUPPORTED_FEATURES].map(([name, { min, max }]) => ({
    name,
    minSupportedVersion: min,
    maxSupportedVersion: max,
  }));
  return {
    records: [{
      type: "RegisterControllerRecord",
      controllerId,
      incarnationId,
      zkMigrationReady: false,
      endPoints: [...endpoints],
      features,
    }],
    reply: undefined,
  };
}
