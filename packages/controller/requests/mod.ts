// Every API that a controller serves: the one list. ApiVersions is made from it.

import type { Bug, NodeId } from "@odradek/base";
import { finalizedFeatures, SUPPORTED_FEATURES } from "@odradek/metadata";
import type { Loggers, ResolvedConfig } from "@odradek/metadata/configs/mod";
import { apiVersionsEndpoint, Dispatch, type Endpoint, type Hooks } from "@odradek/network";
import type { Logger, RareLines, ThreadCounters } from "@odradek/network";
import type { Fencing } from "../sessions/fencing.ts";
import type { Controller } from "../controller.ts";
import { addRaftVoterEndpoint } from "./add_raft_voter.ts";
import { allocateProducerIdsEndpoint } from "./allocate_producer_ids.ts";
import { alterClientQuotasEndpoint } from "./alter_client_quotas.ts";
import { alterConfigsEndpoint, incrementalAlterConfigsEndpoint } from "./alter_configs.ts";
import { alterPartitionEndpoint } from "./alter_partition.ts";
import { alterPartitionReassignmentsEndpoint } from "./alter_partition_reassignments.ts";
import { alterUserScramCredentialsEndpoint } from "./alter_user_scram_credentials.ts";
import { assignReplicasToDirsEndpoint } from "./assign_replicas_to_dirs.ts";
import { beginQuorumEpochEndpoint } from "./begin_quorum_epoch.ts";
import { brokerHeartbeatEndpoint } from "./broker_heartbeat.ts";
import { brokerRegistrationEndpoint } from "./broker_registration.ts";
import { controllerRegistrationEndpoint } from "./controller_registration.ts";
import { createPartitionsEndpoint } from "./create_partitions.ts";
import { createTopicsEndpoint } from "./create_topics.ts";
import { deleteTopicsEndpoint } from "./delete_topics.ts";
import { describeClusterEndpoint, type DescribedQuorum } from "./describe_cluster.ts";
import { describeConfigsEndpoint } from "./describe_configs.ts";
import { describeQuorumEndpoint, type QuorumView } from "./describe_quorum.ts";
import { electLeadersEndpoint } from "./elect_leaders.ts";
import { endQuorumEpochEndpoint } from "./end_quorum_epoch.ts";
import { envelopeEndpoint, handedOn } from "./envelope.ts";
import { fetchEndpoint } from "./fetch.ts";
import { fetchSnapshotEndpoint } from "./fetch_snapshot.ts";
import { listPartitionReassignmentsEndpoint } from "./list_partition_reassignments.ts";
import { tellingOfOutsiders } from "./outsiders.ts";
import type { QuorumMember } from "./quorum_member.ts";
import { type ActiveController, relayed } from "./relayed.ts";
import { removeRaftVoterEndpoint } from "./remove_raft_voter.ts";
import { unregisterBrokerEndpoint } from "./unregister_broker.ts";
import { updateFeaturesEndpoint } from "./update_features.ts";
import { type UpdatedQuorum, updateRaftVoterEndpoint } from "./update_raft_voter.ts";
import { voteEndpoint } from "./vote.ts";

export interface ControllerServices {
  readonly controller: Controller;
  readonly sessions: Fencing;
  readonly nodeId: NodeId;
  readonly quorum: DescribedQuorum & QuorumView & QuorumMember & UpdatedQuorum;
  readonly config: ResolvedConfig;
  /** Of this node. */
  readonly loggers: Loggers;
  readonly hooks: Hooks;
  readonly logger: Logger;
  readonly lines: RareLines;
  /** Of the thread. */
  readonly counters: ThreadCounters | undefined;
  readonly fatal: (bug: Bug) => void;
}

/** What is served to everybody who connects. */
export function controllerDispatch(services: ControllerServices): Dispatch {
  const { quorum, hooks, nodeId, config, loggers, lines } = services;
  const ofReplicas = [
    voteEndpoint(quorum, hooks),
    beginQuorumEpochEndpoint(quorum, hooks),
    endQuorumEpochEndpoint(quorum, hooks),
    fetchEndpoint(quorum, hooks),
    fetchSnapshotEndpoint(quorum, hooks),
    updateRaftVoterEndpoint(quorum, hooks),
  ];
  return dispatchOf(services, [
    ...ofClients(services),
    ...[...ofBrokers(services), ...ofReplicas].map((one) => tellingOfOutsiders(one, lines)),
    describeClusterEndpoint(quorum, hooks),
    describeConfigsEndpoint({ nodeId, config, loggers, image: quorum.image }, hooks),
  ]);
}

/** What the broker of this node is served, also while the active controller is elsewhere. */
export function localDispatch(services: ControllerServices, active: ActiveController): Dispatch {
  return dispatchOf(services, ofBrokers(services).map((one) => relayed(one, active)));
}

function dispatchOf(services: ControllerServices, given: Endpoint[]): Dispatch {
  const { quorum, hooks, logger, fatal, counters } = services;
  const endpoints = [...given];
  endpoints.push(apiVersionsEndpoint(() => endpoints, () => {
    const image = quorum.image();
    return {
      supported: SUPPORTED_FEATURES,
      finalized: finalizedFeatures(image),
      epoch: image.endOffset - 1,
    };
  }));
  return new Dispatch({ endpoints, hooks, logger, fatal, counters });
}

/** What clients ask of any broker, and brokers hand on. */
function ofClients(services: ControllerServices): Endpoint[] {
  const { controller, nodeId, quorum, config, loggers, hooks, logger } = services;
  return [
    createTopicsEndpoint(controller, hooks),
    createPartitionsEndpoint(controller, hooks),
    deleteTopicsEndpoint(controller, hooks, config),
    alterConfigsEndpoint(controller, hooks),
    incrementalAlterConfigsEndpoint(controller, hooks, { nodeId, loggers }),
    alterClientQuotasEndpoint(controller, hooks, logger),
    alterUserScramCredentialsEndpoint(controller, hooks),
    updateFeaturesEndpoint(controller, hooks, nodeId),
    electLeadersEndpoint(controller, hooks),
    unregisterBrokerEndpoint(controller, hooks),
    alterPartitionReassignmentsEndpoint(controller, hooks),
    listPartitionReassignmentsEndpoint(controller, hooks),
    describeQuorumEndpoint(quorum, hooks),
    addRaftVoterEndpoint(quorum, hooks),
    removeRaftVoterEndpoint(quorum, hooks),
  ];
}

/** What brokers and controllers ask of the active controller. */
function ofBrokers(services: ControllerServices): Endpoint[] {
  const { controller, sessions, hooks, logger, fatal, counters } = services;
  const endpoints = ofClients(services).map(handedOn);
  const handed = new Dispatch({ endpoints, hooks, logger, fatal, counters });
  return [
    envelopeEndpoint(handed, hooks),
    brokerRegistrationEndpoint(controller, sessions, hooks),
    brokerHeartbeatEndpoint(controller, sessions, hooks),
    alterPartitionEndpoint(controller, hooks),
    assignReplicasToDirsEndpoint(controller, hooks),
    allocateProducerIdsEndpoint(controller, hooks),
    controllerRegistrationEndpoint(controller, hooks),
  ];
}
