// Hands in what the topology of a streams group looks like, for people who look at the group
// (KIP-1331); members send it to the coordinator when a heartbeat asks for it.

import {
  api,
  array,
  int16,
  int32,
  int8,
  type Request,
  type ResponseDraft,
  string,
  struct,
} from "../schema/mod.ts";

const topologyNode = {
  name: string,
  /** 1: source, 2: processor, 3: sink. */
  nodeType: int8,
  /** Of sources; empty: chosen while it runs. */
  sourceTopics: array(string),
  /** Of sinks; null: chosen while it runs. */
  sinkTopic: string.nullable().default(null),
  /** Of processors. */
  stores: array(string),
  /** Names; who comes before follows from them. */
  successors: array(string),
};

/** As it is handed in, and shown again by StreamsGroupDescribe. */
export const topologyDescription = {
  subtopologies: array({ subtopologyId: string, nodes: array(topologyNode) }),
  globalStores: array({ source: struct(topologyNode), processor: struct(topologyNode) }),
};

export const StreamsGroupTopologyDescriptionUpdate = api({
  key: 93,
  name: "StreamsGroupTopologyDescriptionUpdate",
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    groupId: string,
    memberId: string,
    topologyEpoch: int32,
    topologyDescription: struct(topologyDescription),
  },
  response: {
    throttleTimeMs: int32.default(0),
    errorCode: int16,
    errorMessage: string.nullable().default(null),
  },
});
export type StreamsGroupTopologyDescriptionUpdateRequest = Request<
  typeof StreamsGroupTopologyDescriptionUpdate
>;
export type StreamsGroupTopologyDescriptionUpdateResponse = ResponseDraft<
  typeof StreamsGroupTopologyDescriptionUpdate
>;
