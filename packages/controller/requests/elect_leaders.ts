// ElectLeaders: from brokers that hand it on, or from tools that ask the controller itself.

import { CLUSTER, type Endpoint, endpoint, type Hooks } from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import { ElectLeaders } from "@odradek/protocol/messages/elect_leaders";
import { Refusal } from "@odradek/protocol/refusal";
import type { Controller } from "../controller.ts";
import {
  decideElectLeaders,
  type ElectionType,
  refusedElection,
} from "../decide/elect_leaders.ts";

const TYPES: readonly ElectionType[] = ["preferred", "unclean"];

export function electLeadersEndpoint(controller: Controller, hooks: Hooks): Endpoint {
  return endpoint(ElectLeaders, {
    async handle({ electionType, topicPartitions: topics, timeoutMs }, context) {
      // As Kafka, whose time is up before it begins.
      if (timeoutMs <= 0 && topics?.length !== 0) throw new Refusal("REQUEST_TIMED_OUT");
      const type = TYPES[electionType];
      if (type === undefined) {
        throw new Refusal("INVALID_REQUEST", `Unknown election type ${electionType}`);
      }
      const mayElect = (): boolean => hooks.authorize(context, "Alter", CLUSTER);
      const replicaElectionResults = await controller.decide((next) =>
        decideElectLeaders(next, { type, topics, mayElect })
      );
      return { errorCode: errors.NONE.code, replicaElectionResults };
    },
    refuse: ({ topicPartitions }, refusal) => ({
      errorCode: refusal.code,
      replicaElectionResults: (topicPartitions ?? []).map(({ topic, partitions }) => ({
        topic,
        partitionResult: partitions.map((partition) => refusedElection(partition, refusal)),
      })),
    }),
  });
}
