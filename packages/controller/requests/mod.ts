// Every API that a controller serves: the one list. ApiVersions is made from it.

import type { Bug, NodeId } from "@odradek/base";
import { finalizedFeatures, SUPPORTED_FEATURES } from "@odradek/metadata";
import type { ResolvedConfig } from "@odradek/metadata/configs/mod";
import { apiVersionsEndpoint, Dispatch, type Endpoint, type Hooks } from "@odradek/network";
import type { Logger } from "@odradek/network";
import type { Controller } from "../controller.ts";
import { allocateProducerIdsEndpoint } from "./allocate_producer_ids.ts";
import { alterClientQuotasEndpoint } from "./alter_client_quotas.ts";
import { alterConfigsEndpoint, incrementalAlterConfigsEndpoint } from "./alter_configs.ts";
import { alterPartitionReassignmentsEndpoint } from "./alter_partition_reassignments.ts";
import { alterUserScramCredentialsEndpoint } from "./alter_user_scram_credentials.ts";
import { brokerHeartbeatEndpoint } from "./broker_heartbeat.ts";
import { brokerRegistrationEndpoint } from "./broker_registration.ts";
import { createPartitionsEndpoint } from "./create_partitions.ts";
import { createTopicsEndpoint } from "./create_topics.ts";
import { deleteTopicsEndpoint } from "./delete_topics.ts";
import { describeClusterEndpoint, type DescribedQuorum } from "./describe_cluster.ts";
import { describeConfigsEndpoint } from "./describe_configs.ts";
import { describeQuorumEndpoint, type QuorumView } from "./describe_quorum.ts";
import { electLeadersEndpoint } from "./elect_leaders.ts";
import { envelopeEndpoint, handedOn } from "./envelope.ts";
import { listPartitionReassignmentsEndpoint } from "./list_partition_reassignments.ts";
import { unregisterBrokerEndpoint } from "./unregister_broker.ts";
import { updateFeaturesEndpoint } from "./update_features.ts";

export interface ControllerServices {
  readonly controller: Controller;
  readonly nodeId: NodeId;
  readonly quorum: DescribedQuorum & QuorumView;
  readonly config: ResolvedConfig;
  readonly hooks: Hooks;
  readonly logger: Logger;
  readonly fatal: (bug: Bug) => void;
}

export function controllerDispatch(services: ControllerServices): Dispatch {
  const { controller, nodeId, quorum, config, hooks, logger, fatal } = services;
  /** What clients ask of any broker, and brokers hand on. */
  const ofClients: Endpoint[] = [
    createTopicsEndpoint(controller, hooks),
    createPartitionsEndpoint(controller, hooks),
    deleteTopicsEndpoint(controller, hooks, config),
    alterConfigsEndpoint(controller, hooks),
    incrementalAlterConfigsEndpoint(controller, hooks),
    alterClientQuotasEndpoint(controller, hooks, logger),
    alterUserScramCredentialsEndpoint(controller, hooks),
    updateFeaturesEndpoint(controller, hooks, nodeId),
    electLeadersEndpoint(controller, hooks),
    unregisterBrokerEndpoint(controller, hooks),
    alterPartitionReassignmentsEndpoint(controller, hooks),
    listPartitionReassignmentsEndpoint(controller, hooks),
    describeQuorumEndpoint(quorum, hooks),
  ];
  const inner = new Dispatch({ endpoints: ofClients.map(handedOn), hooks, logger, fatal });
  const endpoints: Endpoint[] = [
    ...ofClients,
    envelopeEndpoint(inner, hooks),
    brokerRegistrationEndpoint(controller, hooks),
    brokerHeartbeatEndpoint(controller, hooks),
    allocateProducerIdsEndpoint(controller, hooks),
    describeClusterEndpoint(quorum, hooks),
    describeConfigsEndpoint({ nodeId, config, image: quorum.image }, hooks),
  ];
  endpoints.push(apiVersionsEndpoint(() => endpoints, () => {
    const image = quorum.image();
    return {
      supported: SUPPORTED_FEATURES,
      finalized: finalizedFeatures(image),
      epoch: image.endOffset - 1,
    };
  }));
  return new Dispatch({ endpoints, hooks, logger, fatal });
}
