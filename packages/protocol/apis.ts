// All API keys: names, stable versions, and the listeners that serve them in Kafka 4.4. It imports
// no message, so that whoever only needs names and numbers pays for nothing else.

export type ListenerKind = "broker" | "controller";

export interface ApiKey<Name extends string = string> {
  readonly key: number;
  readonly name: Name;
  /** Both inclusive. Undefined: removed in Kafka 4.0. */
  readonly versions: readonly [min: number, max: number] | undefined;
  readonly listeners: readonly ListenerKind[];
}

const BROKER = ["broker"] as const;
const CONTROLLER = ["controller"] as const;
const BOTH = ["broker", "controller"] as const;
const NONE = [] as const;

/** In the order of the keys. */
const rows = [
  [0, "Produce", [3, 13], BROKER],
  [1, "Fetch", [4, 18], BOTH],
  [2, "ListOffsets", [1, 11], BROKER],
  [3, "Metadata", [0, 13], BROKER],
  [4, "LeaderAndIsr", undefined, NONE],
  [5, "StopReplica", undefined, NONE],
  [6, "UpdateMetadata", undefined, NONE],
  [7, "ControlledShutdown", undefined, NONE],
  [8, "OffsetCommit", [2, 10], BROKER],
  [9, "OffsetFetch", [1, 10], BROKER],
  [10, "FindCoordinator", [0, 6], BROKER],
  [11, "JoinGroup", [0, 9], BROKER],
  [12, "Heartbeat", [0, 4], BROKER],
  [13, "LeaveGroup", [0, 5], BROKER],
  [14, "SyncGroup", [0, 5], BROKER],
  [15, "DescribeGroups", [0, 6], BROKER],
  [16, "ListGroups", [0, 5], BROKER],
  [17, "SaslHandshake", [0, 1], BOTH],
  [18, "ApiVersions", [0, 5], BOTH],
  [19, "CreateTopics", [2, 7], BOTH],
  [20, "DeleteTopics", [1, 6], BOTH],
  [21, "DeleteRecords", [0, 2], BROKER],
  [22, "InitProducerId", [0, 5], BROKER],
  [23, "OffsetForLeaderEpoch", [2, 4], BROKER],
  [24, "AddPartitionsToTxn", [0, 5], BROKER],
  [25, "AddOffsetsToTxn", [0, 4], BROKER],
  [26, "EndTxn", [0, 5], BROKER],
  [27, "WriteTxnMarkers", [1, 2], BROKER],
  [28, "TxnOffsetCommit", [0, 6], BROKER],
  [29, "DescribeAcls", [1, 3], BOTH],
  [30, "CreateAcls", [1, 3], BOTH],
  [31, "DeleteAcls", [1, 3], BOTH],
  [32, "DescribeConfigs", [1, 4], BOTH],
  [33, "AlterConfigs", [0, 2], BOTH],
  [34, "AlterReplicaLogDirs", [1, 2], BROKER],
  [35, "DescribeLogDirs", [1, 5], BROKER],
  [36, "SaslAuthenticate", [0, 2], BOTH],
  [37, "CreatePartitions", [0, 3], BOTH],
  [38, "CreateDelegationToken", [1, 3], BOTH],
  [39, "RenewDelegationToken", [1, 2], BOTH],
  [40, "ExpireDelegationToken", [1, 2], BOTH],
  [41, "DescribeDelegationToken", [1, 3], BOTH],
  [42, "DeleteGroups", [0, 3], BROKER],
  [43, "ElectLeaders", [0, 2], BOTH],
  [44, "IncrementalAlterConfigs", [0, 1], BOTH],
  [45, "AlterPartitionReassignments", [0, 1], BOTH],
  [46, "ListPartitionReassignments", [0, 0], BOTH],
  [47, "OffsetDelete", [0, 0], BROKER],
  [48, "DescribeClientQuotas", [0, 1], BROKER],
  [49, "AlterClientQuotas", [0, 1], BOTH],
  [50, "DescribeUserScramCredentials", [0, 0], BOTH],
  [51, "AlterUserScramCredentials", [0, 0], BOTH],
  [52, "Vote", [0, 2], CONTROLLER],
  [53, "BeginQuorumEpoch", [0, 1], CONTROLLER],
  [54, "EndQuorumEpoch", [0, 1], CONTROLLER],
  [55, "DescribeQuorum", [0, 2], BOTH],
  [56, "AlterPartition", [2, 3], CONTROLLER],
  [57, "UpdateFeatures", [0, 2], BOTH],
  [58, "Envelope", [0, 0], CONTROLLER],
  [59, "FetchSnapshot", [0, 1], CONTROLLER],
  [60, "DescribeCluster", [0, 2], BOTH],
  [61, "DescribeProducers", [0, 0], BROKER],
  [62, "BrokerRegistration", [0, 4], CONTROLLER],
  [63, "BrokerHeartbeat", [0, 2], CONTROLLER],
  [64, "UnregisterBroker", [0, 0], BOTH],
  [65, "DescribeTransactions", [0, 0], BROKER],
  [66, "ListTransactions", [0, 2], BROKER],
  [67, "AllocateProducerIds", [0, 0], CONTROLLER],
  [68, "ConsumerGroupHeartbeat", [0, 1], BROKER],
  [69, "ConsumerGroupDescribe", [0, 1], BROKER],
  [70, "ControllerRegistration", [0, 0], CONTROLLER],
  [71, "GetTelemetrySubscriptions", [0, 0], BROKER],
  [72, "PushTelemetry", [0, 0], BROKER],
  [73, "AssignReplicasToDirs", [0, 0], CONTROLLER],
  [74, "ListConfigResources", [0, 1], BROKER],
  [75, "DescribeTopicPartitions", [0, 0], BROKER],
  [76, "ShareGroupHeartbeat", [1, 1], BROKER],
  [77, "ShareGroupDescribe", [1, 1], BROKER],
  [78, "ShareFetch", [1, 2], BROKER],
  [79, "ShareAcknowledge", [1, 2], BROKER],
  [80, "AddRaftVoter", [0, 1], BOTH],
  [81, "RemoveRaftVoter", [0, 0], BOTH],
  [82, "UpdateRaftVoter", [0, 0], CONTROLLER],
  [83, "InitializeShareGroupState", [0, 0], BROKER],
  [84, "ReadShareGroupState", [0, 0], BROKER],
  [85, "WriteShareGroupState", [0, 1], BROKER],
  [86, "DeleteShareGroupState", [0, 0], BROKER],
  [87, "ReadShareGroupStateSummary", [0, 1], BROKER],
  [88, "StreamsGroupHeartbeat", [0, 1], BROKER],
  [89, "StreamsGroupDescribe", [0, 1], BROKER],
  [90, "DescribeShareGroupOffsets", [0, 1], BROKER],
  [91, "AlterShareGroupOffsets", [0, 0], BROKER],
  [92, "DeleteShareGroupOffsets", [0, 0], BROKER],
  [93, "StreamsGroupTopologyDescriptionUpdate", [0, 0], BROKER],
  [94, "UnregisterController", [0, 0], BOTH],
] as const;

export type ApiName = (typeof rows)[number][1];

/** In the order of the keys, which have no gaps. */
export const API_KEYS: readonly ApiKey<ApiName>[] = rows.map(
  ([key, name, versions, listeners]) => ({ key, name, versions, listeners }),
);

const byName: ReadonlyMap<string, ApiKey<ApiName>> = new Map(
  API_KEYS.map((api) => [api.name, api]),
);

export function apiByKey(key: number): ApiKey<ApiName> | undefined {
  return API_KEYS[key];
}

export function apiByName(name: ApiName): ApiKey<ApiName>;
export function apiByName(name: string): ApiKey<ApiName> | undefined;
export function apiByName(name: string): ApiKey<ApiName> | undefined {
  return byName.get(name);
}

/** `Fetch`, or `key 1234`: for messages and metrics. */
export function apiName(key: number): string {
  return API_KEYS[key]?.name ?? `key ${key}`;
}
