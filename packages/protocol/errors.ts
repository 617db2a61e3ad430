// The error codes of the protocol, as one table. What a client does about an error follows from
// its kind: `fatal` is told to the application, `retried` is sent again, `refreshed` after new
// metadata were fetched.

export interface ErrorEntry {
  readonly code: number;
  /** A client may send the request again. */
  readonly retriable: boolean;
  /** What the client knew of leaders or topics was wrong. Always retriable as well. */
  readonly invalidatesMetadata: boolean;
  readonly message: string;
}

function fatal(code: number, message: string): ErrorEntry {
  return { code, retriable: false, invalidatesMetadata: false, message };
}

function retried(code: number, message: string): ErrorEntry {
  return { code, retriable: true, invalidatesMetadata: false, message };
}

function refreshed(code: number, message: string): ErrorEntry {
  return { code, retriable: true, invalidatesMetadata: true, message };
}

/** By Kafka's names. */
export const errors = {
  UNKNOWN_SERVER_ERROR: fatal(-1, "The server failed in a way it did not foresee"),
  NONE: fatal(0, "No error"),
  OFFSET_OUT_OF_RANGE: fatal(1, "The log has no such offset"),
  CORRUPT_MESSAGE: retried(2, "The batch is damaged: checksum, length or magic is wrong"),
  UNKNOWN_TOPIC_OR_PARTITION: refreshed(3, "There is no such topic or partition here"),
  INVALID_FETCH_SIZE: fatal(4, "The fetch size makes no sense"),
  LEADER_NOT_AVAILABLE: refreshed(5, "The partition has no leader at the moment"),
  NOT_LEADER_OR_FOLLOWER: refreshed(
    6,
    "This broker does not lead the partition, or has no replica of it",
  ),
  REQUEST_TIMED_OUT: retried(7, "Time ran out before the request was done"),
  BROKER_NOT_AVAILABLE: fatal(8, "The broker is away"),
  REPLICA_NOT_AVAILABLE: refreshed(9, "A replica is away"),
  MESSAGE_TOO_LARGE: fatal(10, "The batch is longer than the topic allows"),
  STALE_CONTROLLER_EPOCH: fatal(11, "A newer controller has taken over"),
  OFFSET_METADATA_TOO_LARGE: fatal(12, "The metadata of an offset is too long"),
  NETWORK_EXCEPTION: refreshed(13, "The connection ended before an answer came"),
  COORDINATOR_LOAD_IN_PROGRESS: retried(14, "The coordinator is still loading"),
  COORDINATOR_NOT_AVAILABLE: retried(15, "There is no coordinator at the moment"),
  NOT_COORDINATOR: retried(16, "This broker does not coordinate the group or transaction"),
  INVALID_TOPIC_EXCEPTION: fatal(17, "The topic name is illegal, or the topic does not allow this"),
  RECORD_LIST_TOO_LARGE: fatal(18, "The batch does not fit into a segment"),
  NOT_ENOUGH_REPLICAS: retried(19, "Too few replicas are in sync; nothing was written"),
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: retried(
    20,
    "Too few replicas are in sync, but the leader has written",
  ),
  INVALID_REQUIRED_ACKS: fatal(21, "acks is none of 0, 1 and -1"),
  ILLEGAL_GENERATION: fatal(22, "This is not the group's generation"),
  INCONSISTENT_GROUP_PROTOCOL: fatal(23, "The member has no protocol in common with the group"),
  INVALID_GROUP_ID: fatal(24, "The group id is illegal"),
  UNKNOWN_MEMBER_ID: fatal(25, "The group has no such member"),
  INVALID_SESSION_TIMEOUT: fatal(26, "The session timeout is outside of what the broker allows"),
  REBALANCE_IN_PROGRESS: fatal(27, "The group is rebalancing: join again"),
  INVALID_COMMIT_OFFSET_SIZE: fatal(28, "The offset is too large to be stored"),
  TOPIC_AUTHORIZATION_FAILED: fatal(29, "Not allowed on this topic"),
  GROUP_AUTHORIZATION_FAILED: fatal(30, "Not allowed on this group"),
  CLUSTER_AUTHORIZATION_FAILED: fatal(31, "Not allowed on this cluster"),
  INVALID_TIMESTAMP: fatal(32, "A record's timestamp is too far from now"),
  UNSUPPORTED_SASL_MECHANISM: fatal(33, "The SASL mechanism is not enabled"),
  ILLEGAL_SASL_STATE: fatal(34, "Authentication does not allow this request now"),
  UNSUPPORTED_VERSION: fatal(35, "This version is not supported"),
  TOPIC_ALREADY_EXISTS: fatal(36, "There already is a topic of this name"),
  INVALID_PARTITIONS: fatal(37, "The number of partitions is not possible"),
  INVALID_REPLICATION_FACTOR: fatal(
    38,
    "The replication factor is not possible with these brokers",
  ),
  INVALID_REPLICA_ASSIGNMENT: fatal(39, "The replica assignment is not possible"),
  INVALID_CONFIG: fatal(40, "A configuration value is not valid"),
  NOT_CONTROLLER: retried(41, "This node is not the active controller"),
  INVALID_REQUEST: fatal(42, "The request contradicts itself or the protocol"),
  UNSUPPORTED_FOR_MESSAGE_FORMAT: fatal(43, "The message format is too old for this"),
  POLICY_VIOLATION: fatal(44, "A policy of the cluster forbids this"),
  OUT_OF_ORDER_SEQUENCE_NUMBER: fatal(45, "A batch of this producer is missing before this one"),
  DUPLICATE_SEQUENCE_NUMBER: fatal(46, "This batch was written before"),
  INVALID_PRODUCER_EPOCH: fatal(47, "The producer's epoch is over"),
  INVALID_TXN_STATE: fatal(48, "The transaction's state does not allow this"),
  INVALID_PRODUCER_ID_MAPPING: fatal(49, "The producer id does not belong to the transactional id"),
  INVALID_TRANSACTION_TIMEOUT: fatal(
    50,
    "The transaction timeout is longer than the broker allows",
  ),
  CONCURRENT_TRANSACTIONS: retried(51, "Another operation on the transaction is still under way"),
  TRANSACTION_COORDINATOR_FENCED: fatal(52, "A newer transaction coordinator has taken over"),
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: fatal(53, "Not allowed on this transactional id"),
  SECURITY_DISABLED: fatal(54, "Security is switched off"),
  OPERATION_NOT_ATTEMPTED: fatal(55, "Not tried, because another part of the request failed"),
  KAFKA_STORAGE_ERROR: refreshed(56, "The log directory has failed"),
  LOG_DIR_NOT_FOUND: fatal(57, "The broker has no such log directory"),
  SASL_AUTHENTICATION_FAILED: fatal(58, "The credentials are wrong"),
  UNKNOWN_PRODUCER_ID: fatal(59, "Nothing is known of this producer any more"),
  REASSIGNMENT_IN_PROGRESS: fatal(60, "The partition is being reassigned"),
  DELEGATION_TOKEN_AUTH_DISABLED: fatal(61, "Delegation tokens are switched off"),
  DELEGATION_TOKEN_NOT_FOUND: fatal(62, "There is no such delegation token"),
  DELEGATION_TOKEN_OWNER_MISMATCH: fatal(63, "Only owner and renewers may do this with the token"),
  DELEGATION_TOKEN_REQUEST_NOT_ALLOWED: fatal(
    64,
    "Tokens are not given out on connections of this kind",
  ),
  DELEGATION_TOKEN_AUTHORIZATION_FAILED: fatal(65, "Not allowed on this delegation token"),
  DELEGATION_TOKEN_EXPIRED: fatal(66, "The delegation token has expired"),
  INVALID_PRINCIPAL_TYPE: fatal(67, "There is no such type of principal"),
  NON_EMPTY_GROUP: fatal(68, "The group has members"),
  GROUP_ID_NOT_FOUND: fatal(69, "There is no such group"),
  FETCH_SESSION_ID_NOT_FOUND: retried(70, "There is no such fetch session"),
  INVALID_FETCH_SESSION_EPOCH: retried(71, "This is not the fetch session's next epoch"),
  LISTENER_NOT_FOUND: refreshed(72, "The leader lacks the listener that this request came through"),
  TOPIC_DELETION_DISABLED: fatal(73, "Deleting topics is switched off"),
  FENCED_LEADER_EPOCH: refreshed(74, "The leader epoch is over"),
  UNKNOWN_LEADER_EPOCH: retried(75, "The leader epoch has not begun here yet"),
  UNSUPPORTED_COMPRESSION_TYPE: fatal(76, "The compression is not supported in this version"),
  STALE_BROKER_EPOCH: fatal(77, "The broker has registered anew since"),
  OFFSET_NOT_AVAILABLE: retried(
    78,
    "The new leader does not know the end of the committed log yet",
  ),
  MEMBER_ID_REQUIRED: fatal(79, "Join again with the member id that came with this"),
  PREFERRED_LEADER_NOT_AVAILABLE: refreshed(80, "The preferred leader cannot lead at the moment"),
  GROUP_MAX_SIZE_REACHED: fatal(81, "The group is full"),
  FENCED_INSTANCE_ID: fatal(82, "Another member has taken over the instance id"),
  ELIGIBLE_LEADERS_NOT_AVAILABLE: refreshed(83, "No replica can lead at the moment"),
  ELECTION_NOT_NEEDED: refreshed(84, "The right leader leads already"),
  NO_REASSIGNMENT_IN_PROGRESS: fatal(85, "The partition is not being reassigned"),
  GROUP_SUBSCRIBED_TO_TOPIC: fatal(86, "The group is subscribed to the topic"),
  INVALID_RECORD: fatal(87, "A record breaks a rule of the topic or the format"),
  UNSTABLE_OFFSET_COMMIT: retried(88, "A transaction is about to change the offset"),
  THROTTLING_QUOTA_EXCEEDED: retried(89, "The quota is used up for now"),
  PRODUCER_FENCED: fatal(90, "A newer producer has taken over the transactional id"),
  RESOURCE_NOT_FOUND: fatal(91, "There is no such resource"),
  DUPLICATE_RESOURCE: fatal(92, "The request names a resource twice"),
  UNACCEPTABLE_CREDENTIAL: fatal(93, "The credential is not good enough"),
  INCONSISTENT_VOTER_SET: fatal(94, "Sender and receiver do not agree on the voters"),
  INVALID_UPDATE_VERSION: fatal(95, "The update is based on an old version"),
  FEATURE_UPDATE_FAILED: fatal(96, "The feature could not be updated"),
  PRINCIPAL_DESERIALIZATION_FAILURE: fatal(97, "The forwarded principal cannot be read"),
  SNAPSHOT_NOT_FOUND: fatal(98, "There is no such snapshot"),
  POSITION_OUT_OF_RANGE: fatal(99, "The snapshot has no such position"),
  UNKNOWN_TOPIC_ID: refreshed(100, "There is no topic of this id here"),
  DUPLICATE_BROKER_REGISTRATION: fatal(101, "Another process has registered this broker id"),
  BROKER_ID_NOT_REGISTERED: fatal(102, "No broker of this id has registered"),
  INCONSISTENT_TOPIC_ID: refreshed(103, "The log belongs to another topic id"),
  INCONSISTENT_CLUSTER_ID: fatal(104, "This is another cluster"),
  TRANSACTIONAL_ID_NOT_FOUND: fatal(105, "There is no such transactional id"),
  FETCH_SESSION_TOPIC_ID_ERROR: retried(106, "The fetch session mixes topic names and topic ids"),
  INELIGIBLE_REPLICA: fatal(107, "A replica may not join the in-sync replicas now"),
  NEW_LEADER_ELECTED: fatal(108, "The change was made, and another replica leads now"),
  OFFSET_MOVED_TO_TIERED_STORAGE: fatal(109, "The offset lies in tiered storage now"),
  FENCED_MEMBER_EPOCH: fatal(
    110,
    "The member's epoch is over: give up all partitions and join again",
  ),
  UNRELEASED_INSTANCE_ID: fatal(111, "Another member still has the instance id"),
  UNSUPPORTED_ASSIGNOR: fatal(112, "The group does not have this assignor"),
  STALE_MEMBER_EPOCH: fatal(113, "The member's epoch is old: ask again after the next heartbeat"),
  MISMATCHED_ENDPOINT_TYPE: fatal(114, "This endpoint does not serve what was asked for"),
  UNSUPPORTED_ENDPOINT_TYPE: fatal(115, "There is no such type of endpoint"),
  UNKNOWN_CONTROLLER_ID: fatal(116, "There is no controller of this id"),
  UNKNOWN_SUBSCRIPTION_ID: fatal(117, "The telemetry subscription is not valid any more"),
  TELEMETRY_TOO_LARGE: fatal(118, "The telemetry is longer than the broker takes"),
  INVALID_REGISTRATION: fatal(119, "The registration is not acceptable"),
  TRANSACTION_ABORTABLE: fatal(120, "The transaction cannot go on, but can be aborted"),
  INVALID_RECORD_STATE: fatal(121, "The record's state does not allow this acknowledgement"),
  SHARE_SESSION_NOT_FOUND: retried(122, "There is no such share session"),
  INVALID_SHARE_SESSION_EPOCH: retried(123, "This is not the share session's next epoch"),
  FENCED_STATE_EPOCH: fatal(124, "The share state's epoch is over"),
  INVALID_VOTER_KEY: fatal(125, "The request is meant for another voter"),
  DUPLICATE_VOTER: fatal(126, "This is a voter already"),
  VOTER_NOT_FOUND: fatal(127, "This is not a voter"),
  INVALID_REGULAR_EXPRESSION: fatal(128, "The regular expression cannot be compiled"),
  REBOOTSTRAP_REQUIRED: fatal(
    129,
    "The client's metadata is too old: start from its bootstrap servers",
  ),
  STREAMS_INVALID_TOPOLOGY: fatal(130, "The topology is not valid"),
  STREAMS_INVALID_TOPOLOGY_EPOCH: fatal(131, "The topology epoch is not valid"),
  STREAMS_TOPOLOGY_FENCED: fatal(132, "A newer topology has taken over"),
  SHARE_SESSION_LIMIT_REACHED: retried(133, "There are too many share sessions"),
  GROUP_DELETION_FAILED: fatal(134, "The group could not be deleted"),
  STREAMS_TOPOLOGY_DESCRIPTION_UPDATE_FAILED: fatal(
    135,
    "The topology's description could not be updated",
  ),
  CONTROLLER_ID_NOT_REGISTERED: fatal(136, "No controller of this id has registered"),
} as const satisfies Readonly<Record<string, ErrorEntry>>;

export type ErrorName = keyof typeof errors;

const names: ReadonlyMap<number, ErrorName> = new Map(
  Object.entries(errors).map(([name, entry]) => [entry.code, name as ErrorName]),
);

export function errorCode(name: ErrorName): number {
  return errors[name].code;
}

/** UNKNOWN_SERVER_ERROR for a code that is not known, as of a newer broker. */
export function errorName(code: number): ErrorName {
  return names.get(code) ?? "UNKNOWN_SERVER_ERROR";
}

/** As `errorName`. */
export function errorOfCode(code: number): ErrorEntry {
  return errors[errorName(code)];
}
