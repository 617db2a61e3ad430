// All APIs by key, for tools and tests. A node imports the messages that it speaks one by one.

import type { AnyApi } from "../schema/mod.ts";
import { AllocateProducerIds } from "./allocate_producer_ids.ts";
import { AlterConfigs } from "./alter_configs.ts";
import { AlterPartition } from "./alter_partition.ts";
import { ApiVersions } from "./api_versions.ts";
import { BeginQuorumEpoch } from "./begin_quorum_epoch.ts";
import { BrokerHeartbeat } from "./broker_heartbeat.ts";
import { BrokerRegistration } from "./broker_registration.ts";
import { ControllerRegistration } from "./controller_registration.ts";
import { CreatePartitions } from "./create_partitions.ts";
import { CreateTopics } from "./create_topics.ts";
import { DeleteGroups } from "./delete_groups.ts";
import { DeleteRecords } from "./delete_records.ts";
import { DeleteTopics } from "./delete_topics.ts";
import { DescribeCluster } from "./describe_cluster.ts";
import { DescribeConfigs } from "./describe_configs.ts";
import { DescribeGroups } from "./describe_groups.ts";
import { DescribeLogDirs } from "./describe_log_dirs.ts";
import { DescribeProducers } from "./describe_producers.ts";
import { DescribeQuorum } from "./describe_quorum.ts";
import { DescribeTopicPartitions } from "./describe_topic_partitions.ts";
import { ElectLeaders } from "./elect_leaders.ts";
import { EndQuorumEpoch } from "./end_quorum_epoch.ts";
import { Envelope } from "./envelope.ts";
import { Fetch } from "./fetch.ts";
import { FetchSnapshot } from "./fetch_snapshot.ts";
import { FindCoordinator } from "./find_coordinator.ts";
import { Heartbeat } from "./heartbeat.ts";
import { IncrementalAlterConfigs } from "./incremental_alter_configs.ts";
import { InitProducerId } from "./init_producer_id.ts";
import { JoinGroup } from "./join_group.ts";
import { LeaveGroup } from "./leave_group.ts";
import { ListConfigResources } from "./list_config_resources.ts";
import { ListGroups } from "./list_groups.ts";
import { ListOffsets } from "./list_offsets.ts";
import { Metadata } from "./metadata.ts";
import { OffsetCommit } from "./offset_commit.ts";
import { OffsetDelete } from "./offset_delete.ts";
import { OffsetFetch } from "./offset_fetch.ts";
import { OffsetForLeaderEpoch } from "./offset_for_leader_epoch.ts";
import { Produce } from "./produce.ts";
import { SaslHandshake } from "./sasl_handshake.ts";
import { SyncGroup } from "./sync_group.ts";
import { UnregisterBroker } from "./unregister_broker.ts";
import { Vote } from "./vote.ts";

const all: readonly AnyApi[] = [
  Produce,
  Fetch,
  ListOffsets,
  Metadata,
  OffsetCommit,
  OffsetFetch,
  FindCoordinator,
  JoinGroup,
  Heartbeat,
  LeaveGroup,
  SyncGroup,
  DescribeGroups,
  ListGroups,
  SaslHandshake,
  ApiVersions,
  CreateTopics,
  DeleteTopics,
  DeleteRecords,
  InitProducerId,
  OffsetForLeaderEpoch,
  DescribeConfigs,
  AlterConfigs,
  DescribeLogDirs,
  CreatePartitions,
  DeleteGroups,
  ElectLeaders,
  IncrementalAlterConfigs,
  OffsetDelete,
  Vote,
  BeginQuorumEpoch,
  EndQuorumEpoch,
  DescribeQuorum,
  AlterPartition,
  Envelope,
  FetchSnapshot,
  DescribeCluster,
  DescribeProducers,
  BrokerRegistration,
  BrokerHeartbeat,
  UnregisterBroker,
  AllocateProducerIds,
  ControllerRegistration,
  ListConfigResources,
  DescribeTopicPartitions,
];

export const apis: ReadonlyMap<number, AnyApi> = new Map(all.map((api) => [api.key, api]));
