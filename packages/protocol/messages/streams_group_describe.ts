// Shows streams groups, their topologies and their members (KIP-1071); admin clients send it to the
// coordinator.

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
import { topologyDescription } from "./streams_group_topology_description_update.ts";

const internalTopic = {
  name: string,
  /** 0: as follows from the topology, always of changelogs. */
  partitions: int32,
  /** 0: the default. */
  replicationFactor: int16,
  topicConfigs: array({ key: string, value: string }),
};

const topology = {
  /** Grows when the application changes. */
  epoch: int32,
  /** With regular expressions resolved; null: not ready, see the state. */
  subtopologies: array({
    subtopologyId: string,
    sourceTopics: array(string),
    repartitionSinkTopics: array(string),
    stateChangelogTopics: array(internalTopic),
    repartitionSourceTopics: array(internalTopic),
  }).nullable().default(null),
};

const taskOffset = {
  subtopologyId: string,
  partition: int32,
  offset: int64,
};

const taskIds = {
  subtopologyId: string,
  partitions: array(int32),
};

const assignment = {
  activeTasks: array(taskIds),
  standbyTasks: array(taskIds),
  warmupTasks: array(taskIds),
};

const member = {
  memberId: string,
  /** The group epoch that the member has reached. */
  memberEpoch: int32,
  /** Of a static member; null: dynamic. */
  instanceId: string.nullable().default(null),
  /** null: none. */
  rackId: string.nullable().default(null),
  clientId: string,
  /** `/` and the address. */
  clientHost: string,
  /** Of the application that the member runs. */
  topologyEpoch: int32,
  /** Of the instance, whose threads are members each. */
  processId: string,
  /** Where the application answers interactive queries; null: nowhere. */
  userEndpoint: struct({ host: string, port: uint16 }).nullable().default(null),
  clientTags: array({ key: string, value: string }),
  /** Sums over the changelogs of a task, as its end offsets. */
  taskOffsets: array(taskOffset),
  taskEndOffsets: array(taskOffset),
  /** What the member holds. */
  assignment: struct(assignment),
  /** What it is to hold in the end. */
  targetAssignment: struct(assignment),
  /** Of the classic protocol, before an upgrade. */
  isClassic: boolean,
};

const describedGroup = {
  errorCode: int16,
  errorMessage: string.nullable().default(null),
  groupId: string,
  /** Empty, NotReady, Assigning, Reconciling, Stable or Dead. */
  groupState: string,
  /** Grows with each change that asks for a new assignment. */
  groupEpoch: int32,
  /** The group epoch that the target assignment was made for. */
  assignmentEpoch: int32,
  /** null on an error. */
  topology: struct(topology).nullable().default(null),
  members: array(member),
  /** Bit set over ACL operations; -2147483648: not asked for. */
  authorizedOperations: int32.default(-2147483648),
  /** null unless the status is 3. */
  topologyDescription: struct(topologyDescription).since(1).nullable().default(null),
  /** 0: not asked for, 1: none stored, 2: could not be read, 3: it is there. */
  topologyDescriptionStatus: int8.since(1).default(0),
  /** For the next assignment (KIP-1357); null on an error. */
  assignorName: string.since(1).nullable().default(null).ignorable(),
};

/** Version 1 adds what the application has told of its topology (KIP-1331). */
export const StreamsGroupDescribe = api({
  key: 89,
  name: "StreamsGroupDescribe",
  versions: [0, 1],
  flexibleSince: 0,
  request: {
    groupIds: array(string),
    includeAuthorizedOperations: boolean,
    includeTopologyDescription: boolean.since(1).default(false),
  },
  response: { throttleTimeMs: int32.default(0), groups: array(describedGroup) },
});
export type StreamsGroupDescribeRequest = Request<typeof StreamsGroupDescribe>;
export type StreamsGroupDescribeResponse = ResponseDraft<typeof StreamsGroupDescribe>;
