// Every API that a broker serves to clients: the one list. ApiVersions is made from it.

import { apiVersionsEndpoint, type Endpoint } from "@odradek/network";
import { SUPPORTED_FEATURES } from "@odradek/metadata";
import type { TopicCreation } from "../topic_creation.ts";
import { createTopicsEndpoint } from "./create_topics.ts";
import { deleteRecordsEndpoint } from "./delete_records.ts";
import { deleteTopicsEndpoint } from "./delete_topics.ts";
import { describeClusterEndpoint } from "./describe_cluster.ts";
import { describeProducersEndpoint } from "./describe_producers.ts";
import { describeTopicPartitionsEndpoint } from "./describe_topic_partitions.ts";
import { fetchEndpoint } from "./fetch.ts";
import { findCoordinatorEndpoint } from "./find_coordinator.ts";
import { initProducerIdEndpoint } from "./init_producer_id.ts";
import { listOffsetsEndpoint } from "./list_offsets.ts";
import { metadataEndpoint } from "./metadata.ts";
import { offsetForLeaderEpochEndpoint } from "./offset_for_leader_epoch.ts";
import { produceEndpoint } from "./produce.ts";
import type { Services } from "./services.ts";

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
  ];
  const apiVersions = apiVersionsEndpoint(() => endpoints, () => {
    const { features, endOffset } = services.image();
    return { supported: SUPPORTED_FEATURES, finalized: features, epoch: endOffset - 1 };
  });
  endpoints.push(apiVersions);
  return endpoints;
}
