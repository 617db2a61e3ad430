// Every API that a broker serves to clients: the one list. ApiVersions is made from it.

import { apiVersionsEndpoint, type Endpoint } from "@odradek/network";
import { finalizedFeatures, SUPPORTED_FEATURES } from "@odradek/metadata";
import type { TopicCreation } from "../topic_creation.ts";
import { alterConfigsEndpoint, incrementalAlterConfigsEndpoint } from "./alter_configs.ts";
import { alterReplicaLogDirsEndpoint } from "./alter_replica_log_dirs.ts";
import { createPartitionsEndpoint } from "./create_partitions.ts";
import { createTopicsEndpoint } from "./create_topics.ts";
import { deleteGroupsEndpoint } from "./delete_groups.ts";
import { deleteRecordsEndpoint } from "./delete_records.ts";
import { deleteTopicsEndpoint } from "./delete_topics.ts";
import { describeClientQuotasEndpoint } from "./describe_client_quotas.ts";
import { describeClusterEndpoint } from "./describe_cluster.ts";
import { describeConfigsEndpoint } from "./describe_configs.ts";
import { describeGroupsEndpoint } from "./describe_groups.ts";
import { describeLogDirsEndpoint } from "./describe_log_dirs.ts";
import { describeProducersEndpoint } from "./describe_producers.ts";
import { describeTopicPartitionsEndpoint } from "./describe_topic_partitions.ts";
import { describeUserScramCredentialsEndpoint } from "./describe_user_scram_credentials.ts";
import { fetchEndpoint } from "./fetch.ts";
import { findCoordinatorEndpoint } from "./find_coordinator.ts";
import { forwardedEndpoints } from "./forwarded.ts";
import { heartbeatEndpoint } from "./heartbeat.ts";
import { initProducerIdEndpoint } from "./init_producer_id.ts";
import { joinGroupEndpoint } from "./join_group.ts";
import { leaveGroupEndpoint } from "./leave_group.ts";
import { listConfigResourcesEndpoint } from "./list_config_resources.ts";
import { listGroupsEndpoint } from "./list_groups.ts";
import { listOffsetsEndpoint } from "./list_offsets.ts";
import { metadataEndpoint } from "./metadata.ts";
import { offsetCommitEndpoint } from "./offset_commit.ts";
import { offsetDeleteEndpoint } from "./offset_delete.ts";
import { offsetFetchEndpoint } from "./offset_fetch.ts";
import { offsetForLeaderEpochEndpoint } from "./offset_for_leader_epoch.ts";
import { produceEndpoint } from "./produce.ts";
import { syncGroupEndpoint } from "./sync_group.ts";
import type { Services } from "./services.ts";
import { withoutSecurityEndpoints } from "./without_security.ts";

export function brokerEndpoints(
  services: Services & { readonly creation: TopicCreation },
): Endpoint[] {
  const endpoints: Endpoint[] = [
    produceEndpoint(services),
    fetchEndpoint(services),
    listOffsetsEndpoint(services),
    metadataEndpoint(services),
    findCoordinatorEndpoint(services),
    createTopicsEndpoint(services),
    deleteTopicsEndpoint(services),
    deleteRecordsEndpoint(services),
    initProducerIdEndpoint(services),
    offsetForLeaderEpochEndpoint(services),
    describeClusterEndpoint(services),
    describeProducersEndpoint(services),
    describeTopicPartitionsEndpoint(services),
    describeConfigsEndpoint(services),
    alterConfigsEndpoint(services),
    incrementalAlterConfigsEndpoint(services),
    listConfigResourcesEndpoint(services),
    createPartitionsEndpoint(services),
    describeLogDirsEndpoint(services),
    alterReplicaLogDirsEndpoint(services),
    describeClientQuotasEndpoint(services),
    describeUserScramCredentialsEndpoint(services),
    ...forwardedEndpoints(services),
    ...withoutSecurityEndpoints(),
    joinGroupEndpoint(services),
    syncGroupEndpoint(services),
    heartbeatEndpoint(services),
    leaveGroupEndpoint(services),
    offsetCommitEndpoint(services),
    offsetFetchEndpoint(services),
    offsetDeleteEndpoint(services),
    listGroupsEndpoint(services),
    describeGroupsEndpoint(services),
    deleteGroupsEndpoint(services),
  ];
  const apiVersions = apiVersionsEndpoint(() => endpoints, () => {
    const image = services.image();
    const finalized = finalizedFeatures(image);
    return { supported: SUPPORTED_FEATURES, finalized, epoch: image.endOffset - 1 };
  });
  endpoints.push(apiVersions);
  return endpoints;
}
