// All APIs by key, for tools and tests. A node imports the messages that it speaks one by one.

import type { AnyApi } from "../schema/mod.ts";
import { AddOffsetsToTxn } from "./add_offsets_to_txn.ts";
import { AddPartitionsToTxn } from "./add_partitions_to_txn.ts";
import { AddRaftVoter } from "./add_raft_voter.ts";
import { AllocateProducerIds } from "./allocate_producer_ids.ts";
import { AlterClientQuotas } from "./alter_client_quotas.ts";
import { AlterConfigs } from "./alter_configs.ts";
import { AlterPartition } from "./alter_partition.ts";
import { AlterPartitionReassignments } from "./alter_partition_reassignments.ts";
import { AlterReplicaLogDirs } from "./alter_replica_log_dirs.ts";
import { AlterShareGroupOffsets } from "./alter_share_group_offsets.ts";
import { AlterUserScramCredentials } from "./alter_user_scram_credentials.ts";
import { ApiVersions } from "./api_versions.ts";
import { AssignReplicasToDirs } from "./assign_replicas_to_dirs.ts";
import { BeginQuorumEpoch } from "./begin_quorum_epoch.ts";
import { BrokerHeartbeat } from "./broker_heartbeat.ts";
import { BrokerRegistration } from "./broker_registration.ts";
import { ConsumerGroupDescribe } from "./consumer_group_describe.ts";
import { ConsumerGroupHeartbeat } from "./consumer_group_heartbeat.ts";
import { ControllerRegistration } from "./controller_registration.ts";
import { CreateAcls } from "./create_acls.ts";
import { CreateDelegationToken } from "./create_delegation_token.ts";
import { CreatePartitions } from "./create_partitions.ts";
import { CreateTopics } from "./create_topics.ts";
import { DeleteAcls } from "./delete_acls.ts";
import { DeleteGroups } from "./delete_groups.ts";
import { DeleteRecords } from "./delete_records.ts";
import { DeleteShareGroupOffsets } from "./delete_share_group_offsets.ts";
import { DeleteShareGroupState } from "./delete_share_group_state.ts";
import { DeleteTopics } from "./delete_topics.ts";
import { DescribeAcls } from "./describe_acls.ts";
import { DescribeClientQuotas } from "./describe_client_quotas.ts";
import { DescribeCluster } from "./describe_cluster.ts";
import { DescribeConfigs } from "./describe_configs.ts";
import { DescribeDelegationToken } from "./describe_delegation_token.ts";
import { DescribeGroups } from "./describe_groups.ts";
import { DescribeLogDirs } from "./describe_log_dirs.ts";
import { DescribeProducers } from "./describe_producers.ts";
import { DescribeQuorum } from "./describe_quorum.ts";
import { DescribeShareGroupOffsets } from "./describe_share_group_offsets.ts";
import { DescribeTopicPartitions } from "./describe_topic_partitions.ts";
import { DescribeTransactions } from "./describe_transactions.ts";
import { DescribeUserScramCredentials } from "./describe_user_scram_credentials.ts";
import { ElectLeaders } from "./elect_leaders.ts";
import { EndQuorumEpoch } from "./end_quorum_epoch.ts";
import { EndTxn } from "./end_txn.ts";
import { Envelope } from "./envelope.ts";
import { ExpireDelegationToken } from "./expire_delegation_token.ts";
import { Fetch } from "./fetch.ts";
import { FetchSnapshot } from "./fetch_snapshot.ts";
import { FindCoordinator } from "./find_coordinator.ts";
import { GetTelemetrySubscriptions } from "./get_telemetry_subscriptions.ts";
import { Heartbeat } from "./heartbeat.ts";
import { IncrementalAlterConfigs } from "./incremental_alter_configs.ts";
import { InitProducerId } from "./init_producer_id.ts";
import { InitializeShareGroupState } from "./initialize_share_group_state.ts";
import { JoinGroup } from "./join_group.ts";
import { LeaveGroup } from "./leave_group.ts";
import { ListConfigResources } from "./list_config_resources.ts";
import { ListGroups } from "./list_groups.ts";
import { ListOffsets } from "./list_offsets.ts";
import { ListPartitionReassignments } from "./list_partition_reassignments.ts";
import { ListTransactions } from "./list_transactions.ts";
import { Metadata } from "./metadata.ts";
import { OffsetCommit } from "./offset_commit.ts";
import { OffsetDelete } from "./offset_delete.ts";
import { OffsetFetch } from "./offset_fetch.ts";
import { OffsetForLeaderEpoch } from "./offset_for_leader_epoch.ts";
import { Produce } from "./produce.ts";
import { PushTelemetry } from "./push_telemetry.ts";
import { ReadShareGroupState } from "./read_share_group_state.ts";
import { ReadShareGroupStateSummary } from "./read_share_group_state_summary.ts";
import { RemoveRaftVoter } from "./remove_raft_voter.ts";
import { RenewDelegationToken } from "./renew_delegation_token.ts";
import { SaslAuthenticate } from "./sasl_authenticate.ts";
import { SaslHandshake } from "./sasl_handshake.ts";
import { ShareAcknowledge } from "./share_acknowledge.ts";
import { ShareFetch } from "./share_fetch.ts";
import { ShareGroupDescribe } from "./share_group_describe.ts";
import { ShareGroupHeartbeat } from "./share_group_heartbeat.ts";
import { StreamsGroupDescribe } from "./streams_group_describe.ts";
import { StreamsGroupHeartbeat } from "./streams_group_heartbeat.ts";
import {
  StreamsGroupTopologyDescriptionUpdate,
} from "./streams_group_topology_description_update.ts";
import { SyncGroup } from "./sync_group.ts";
import { TxnOffsetCommit } from "./txn_offset_commit.ts";
import { UnregisterBroker } from "./unregister_broker.ts";
import { UnregisterController } from "./unregister_controller.ts";
import { UpdateFeatures } from "./update_features.ts";
import { UpdateRaftVoter } from "./update_raft_voter.ts";
import { Vote } from "./vote.ts";
import { WriteShareGroupState } from "./write_share_group_state.ts";
import { WriteTxnMarkers } from "./write_txn_markers.ts";

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
  AddPartitionsToTxn,
  AddOffsetsToTxn,
  EndTxn,
  WriteTxnMarkers,
  TxnOffsetCommit,
  DescribeAcls,
  CreateAcls,
  DeleteAcls,
  DescribeConfigs,
  AlterConfigs,
  AlterReplicaLogDirs,
  DescribeLogDirs,
  SaslAuthenticate,
  CreatePartitions,
  CreateDelegationToken,
  RenewDelegationToken,
  ExpireDelegationToken,
  DescribeDelegationToken,
  DeleteGroups,
  ElectLeaders,
  IncrementalAlterConfigs,
  AlterPartitionReassignments,
  ListPartitionReassignments,
  OffsetDelete,
  DescribeClientQuotas,
  AlterClientQuotas,
  DescribeUserScramCredentials,
  AlterUserScramCredentials,
  Vote,
  BeginQuorumEpoch,
  EndQuorumEpoch,
  DescribeQuorum,
  AlterPartition,
  UpdateFeatures,
  Envelope,
  FetchSnapshot,
  DescribeCluster,
  DescribeProducers,
  BrokerRegistration,
  BrokerHeartbeat,
  UnregisterBroker,
  DescribeTransactions,
  ListTransactions,
  AllocateProducerIds,
  ConsumerGroupHeartbeat,
  ConsumerGroupDescribe,
  ControllerRegistration,
  GetTelemetrySubscriptions,
  PushTelemetry,
  AssignReplicasToDirs,
  ListConfigResources,
  DescribeTopicPartitions,
  ShareGroupHeartbeat,
  ShareGroupDescribe,
  ShareFetch,
  ShareAcknowledge,
  AddRaftVoter,
  RemoveRaftVoter,
  UpdateRaftVoter,
  InitializeShareGroupState,
  ReadShareGroupState,
  WriteShareGroupState,
  DeleteShareGroupState,
  ReadShareGroupStateSummary,
  StreamsGroupHeartbeat,
  StreamsGroupDescribe,
  DescribeShareGroupOffsets,
  AlterShareGroupOffsets,
  DeleteShareGroupOffsets,
  StreamsGroupTopologyDescriptionUpdate,
  UnregisterController,
];

export const apis: ReadonlyMap<number, AnyApi> = new Map(all.map((api) => [api.key, api]));
