// Everything that users of the package need: a cluster, and the three clients that stand on it.

export * from "./addresses.ts";
export * from "./admin/admin.ts";
export type { AlterOptions, ConfigChange } from "./admin/alter_configs.ts";
export type { ConfigEntry, ConfigResource, ConfigSynonym } from "./admin/configs.ts";
export type { DescribedCluster, DescribedNode } from "./admin/describe_cluster.ts";
export type { DescribedPartition, DescribedTopic } from "./admin/describe_topics.ts";
export type { ElectedPartition, ElectionType } from "./admin/elections.ts";
export type { Reassignment } from "./admin/reassignments.ts";
export type {
  DescribedGroup,
  DescribedMember,
  GroupFilter,
  ListedGroup,
} from "./admin/groups.ts";
export type { DescribedLogDir, DescribedReplica } from "./admin/log_dirs.ts";
export { done, type Outcome } from "./admin/outcome.ts";
export type {
  DescribedQuorum,
  FeatureChange,
  NewVoter,
  QuorumReplica,
  VoterEndpoint,
  VoterKey,
} from "./admin/quorum.ts";
export type {
  DescribedQuota,
  QuotaChange,
  QuotaEntity,
  QuotaEntityType,
  QuotaFilter,
} from "./admin/quotas.ts";
export type {
  DescribedScramUser,
  ScramChange,
  ScramCredential,
  ScramMechanism,
} from "./admin/scram.ts";
export type { CreatedTopic, LargerTopic, NewTopic, RecordsBefore } from "./admin/topics.ts";
export * from "./cluster.ts";
export type { Offer } from "./cluster/link.ts";
export type { ClusterView, NodeView, PartitionView, TopicView } from "./cluster/view.ts";
export * from "./connect.ts";
export * from "./consumer/consumer.ts";
export { Fetcher, type FetcherOptions } from "./consumer/fetcher.ts";
export { type FoundOffset, OFFSET_TIMES, type OffsetQuery } from "./consumer/offsets.ts";
export * from "./consumer/record.ts";
export { ASSIGNOR_NAMES, type AssignorName } from "./groups/assignors.ts";
export * from "./groups/group_consumer.ts";
export type { CommittedOffset, GroupOffset } from "./groups/offsets.ts";
export { partitionOfKey } from "./producer/partitioner.ts";
export * from "./producer/producer.ts";
export type { Content, Delivery, ProducerRecord } from "./producer/record.ts";
export { BrokerRefused } from "./refused.ts";
