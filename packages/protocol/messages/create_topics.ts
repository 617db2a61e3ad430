// Creates topics; admin clients send it to any broker, which forwards it to the controller, or to
// the controller itself.

import {
  api,
  array,
  boolean,
  int16,
  int32,
  int8,
  type Request,
  type ResponseDraft,
  string,
  uuid,
} from "../schema/mod.ts";

const creatableTopic = {
  name: string,
  /** -1: the default, or by `assignments`. */
  numPartitions: int32,
  /** -1: the default, or by `assignments`. */
  replicationFactor: int16,
  /** Empty: the controller places the replicas. */
  assignments: array({
    partitionIndex: int32,
    /** The first is the preferred leader. */
    brokerIds: array(int32),
  }),
  configs: array({
    name: string,
    /** Null is refused. */
    value: string.nullable(),
  }),
};

const createdTopic = {
  name: string,
  topicId: uuid.since(7).ignorable(),
  errorCode: int16,
  errorMessage: string.nullable().ignorable(),
  /** Why `configs` is null: the requester may not see them. */
  topicConfigErrorCode: int16.since(5).tag(0).ignorable(),
  /** -1 on an error, as the replication factor. */
  numPartitions: int32.since(5).default(-1).ignorable(),
  replicationFactor: int16.since(5).default(-1).ignorable(),
  /** All in effect, not just those that were given (KIP-525). */
  configs: array({
    name: string,
    /** null: secret. */
    value: string.nullable(),
    readOnly: boolean,
    /** As in DescribeConfigs; -1: not known. */
    configSource: int8.default(-1).ignorable(),
    isSensitive: boolean,
  }).since(5).nullable().ignorable(),
};

export const CreateTopics = api({
  key: 19,
  name: "CreateTopics",
  versions: [2, 7],
  flexibleSince: 5,
  request: {
    topics: array(creatableTopic),
    timeoutMs: int32.default(60000),
    /** Checks everything and creates nothing. */
    validateOnly: boolean.default(false),
  },
  response: { throttleTimeMs: int32.default(0).ignorable(), topics: array(createdTopic) },
});
export type CreateTopicsRequest = Request<typeof CreateTopics>;
export type CreateTopicsResponse = ResponseDraft<typeof CreateTopics>;
