// The topology of a streams group, as its members gave it in StreamsGroupHeartbeat.

import { array, int16, int32, type MessageOf, string } from "../../../schema/mod.ts";
import { coordinatorRecord } from "../../coordinator.ts";

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

export const StreamsGroupTopology = coordinatorRecord({
  type: 23,
  name: "StreamsGroupTopology",
  key: { groupId: string },
  value: {
    versions: [0, 0],
    flexibleSince: 0,
    fields: {
      /** Grows when the application changes. */
      epoch: int32,
      subtopologies: array(subtopology),
    },
  },
});
export type StreamsGroupTopologyKey = MessageOf<typeof StreamsGroupTopology.key>;
export type StreamsGroupTopologyValue = MessageOf<typeof StreamsGroupTopology.value>;
