// Makes its sender a member of a streams group, keeps it one and hands out its tasks (KIP-1071);
// members send it to the coordinator.

import {
  api,
  array,
  boolean,
  int16,
  int32,
  int64,
  int8,
  type Request,
  type ResponseDraft,
  string,
  struct,
  uint16,
} from "../schema/mod.ts";

/** The coordinator creates it where it is missing. */
const internalTopic = {
  name: string,
  /** 0: as follows from the topology, always of changelogs. */
  partitions: int32,
  /** 0: the default. */
  replicationFactor: int16,
  topicConfigs: array({ key: string, value: string }),
};

const subtopology = {
  /** The same in all members of the same topology. */
  subtopologyId: string,
  sourceTopics: array(string),
  sourceTopicRegex: array(string),
  stateChangelogTopics: array(internalTopic),
  repartitionSinkTopics: array(string),
  repartitionSourceTopics: array(internalTopic),
  /** Topics that must have equally many partitions, as indexes into the lists above. */
  copartitionGroups: array({
    sourceTopics: array(int16),
    sourceTopicRegex: array(int16),
    repartitionSourceTopics: array(int16),
  }),
};

const topology = {
  /** Grows when the application changes. */
  epoch: int32,
  subtopologies: array(subtopology),
};

const taskIds = {
  subtopologyId: string,
  partitions: array(int32),
};

const taskOffset = {
  subtopologyId: string,
  partition: int32,
  offset: int64,
};

/** What has not changed since the last heartbeat may be null, or -1, in both directions. */
export const StreamsGroupHeartbeat = api({
  key: 88,
  name: "StreamsGroupHeartbeat",
  versions: [0, 1],
  flexibleSince: 0,
  request: {
    groupId: string,
    /** Made by the member. */
    memberId: string,
    /** As in the last answer. 0: joins; -1: leaves; -2: a static member leaves for a while. */
    memberEpoch: int32,
    /** Of the newest `partitionsByUserEndpoint` that the member has. */
    endpointInformationEpoch: int32,
    /** Of a static member; null: dynamic. */
    instanceId: string.nullable().default(null),
    rackId: string.nullable().default(null),
    /** Longest time to give tasks up. */
    rebalanceTimeoutMs: int32.default(-1),
    /** What the application is made of; members send it when they join. */
    topology: struct(topology).nullable().default(null),
    /** What the member holds, as the other tasks. */
    activeTasks: array(taskIds).nullable().default(null),
    standbyTasks: array(taskIds).nullable().default(null),
    warmupTasks: array(taskIds).nullable().default(null),
    /** Of the instance, whose threads are members each. */
    processId: string.nullable().default(null),
    /** Where the application answers interactive queries; null: nowhere. */
    userEndpoint: struct({ host: string, port: uint16 }).nullable().default(null),
    /** For the placement of standby tasks. */
    clientTags: array({ key: string, value: string }).nullable().default(null),
    /** Sums over the changelogs of a task, as its end offsets. */
    taskOffsets: array(taskOffset).nullable().default(null),
    taskEndOffsets: array(taskOffset).nullable().default(null),
    /** Asks all members to stop. */
    shutdownApplication: boolean.default(false),
  },
  response: {
    throttleTimeMs: int32.default(0),
    errorCode: int16,
    errorMessage: string.nullable().default(null),
    memberId: string,
    memberEpoch: int32,
    heartbeatIntervalMs: int32,
    /** As `acceptableRecoveryLag`. */
    acceptableRecoveryLagLegacy: int32.until(0),
    /** How often `taskOffsets` are to be sent. */
    taskOffsetIntervalMs: int32,
    /** With no more offsets to catch up a task may become active; -1: not told. */
    acceptableRecoveryLag: int64.since(1).default(-1n).ignorable(),
    status: array({
      /**
       * 0: stale topology, 1: missing source topics, 2: wrongly partitioned topics, 3: missing
       * internal topics, 4: shut down the application, 5: assignment delayed, 6: missing client
       * tags (version 1).
       */
      statusCode: int8,
      statusDetail: string,
    }).nullable(),
    activeTasks: array(taskIds).nullable().default(null),
    standbyTasks: array(taskIds).nullable().default(null),
    warmupTasks: array(taskIds).nullable().default(null),
    /** The member should send StreamsGroupTopologyDescriptionUpdate (KIP-1331). */
    topologyDescriptionRequired: boolean.since(1).default(false),
    endpointInformationEpoch: int32,
    /** For interactive queries: one entry a member, so that an endpoint can have several. */
    partitionsByUserEndpoint: array({
      userEndpoint: struct({ host: string, port: uint16 }),
      /** Source topics of the tasks. */
      activePartitions: array({ topic: string, partitions: array(int32) }),
      /** Of warm-up tasks, too. */
      standbyPartitions: array({ topic: string, partitions: array(int32) }),
    }).nullable().default(null),
  },
});
export type StreamsGroupHeartbeatRequest = Request<typeof StreamsGroupHeartbeat>;
export type StreamsGroupHeartbeatResponse = ResponseDraft<typeof StreamsGroupHeartbeat>;
