// ElectLeaders: from brokers that hand it on, or from tools that ask the controller itself.

import {
  CLUSTER,
  type Endpoint,
  endpoint,
  type Hooks,
  type RequestContext,
} from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import { ElectLeaders, type ElectLeadersRequest } from "@odradek/protocol/messages/elect_leaders";
import { Refusal } from "@odradek/protocol/refusal";
import type { Controller } from "../controller.ts";
import {
  decideElectLeaders,
  type ElectionType,
  refusedElection,
} from "../decide/elect_leaders.ts";

const TYPES: readonly ElectionType[] = ["preferred", "unclean"];

/** Before that an answer has no error of its own, only those of partitions. */
const ERROR_SINCE = 1;

export function electLeadersEndpoint(controller: Controller, hooks: Hooks): Endpoint {
  const elect = async (request: ElectLeadersRequest, context: RequestContext) => {
    const { electionType, topicPartitions: topics, timeoutMs } = request;
    // As Kafka, whose time is up before it begins.
    if (timeoutMs <= 0 && topics?.length !== 0) throw new Refusal("REQUEST_TIMED_OUT");
    const type = TYPES[electionType];
    if (type === undefined) {
      throw new Refusal("INVALID_REQUEST", `Unknown election type ${electionType}`);
    }
    const mayElect = (): boolean => hooks.authorize(context, "Alter", CLUSTER);
    const replicaElectionResults = await controller.decide((next, given) =>
      decideElectLeaders(next, { type, topics, mayElect }, given)
    );
    return { errorCode: errors.NONE.code, replicaElectionResults };
  };
  return endpoint(ElectLeaders, {
    async handle(request, context) {
      try {
        return await elect(request, context);
      } catch (error) {
        // By NOT_CONTROLLER an envelope finds its way.
        const isTold = error instanceof Refusal && error.error !== "NOT_CONTROLLER";
        if (context.version >= ERROR_SINCE || !isTold) throw error;
        return { replicaElectionResults: refusedAll(request, error) };
      }
    },
    refuse: (request, refusal) => ({
      errorCode: refusal.code,
      replicaElectionResults: refusedAll(request, refusal),
    }),
  });
}

function refusedAll({ topicPartitions }: ElectLeadersRequest, refusal: Refusal) {
  return (topicPartitions ?? []).map(({ topic, partitions }) => ({
    topic,
    partitionResult: partitions.map((partition) => refusedElection(partition, refusal)),
  }));
}
