// AlterReplicaLogDirs: replicas stay where they lie. To "move" one to where it is already is done
// at once; a move to another log directory is refused, for nothing could carry it out.

import { CLUSTER, type Endpoint, endpoint } from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import {
  AlterReplicaLogDirs,
  type AlterReplicaLogDirsRequest,
  type AlterReplicaLogDirsResponse,
} from "@odradek/protocol/messages/alter_replica_log_dirs";
import { Refusal } from "@odradek/protocol/refusal";
import { codeOf, isRefused } from "../partitions/refused.ts";
import { askPartitions } from "./per_partition.ts";
import type { Services } from "./services.ts";
import { checkPartition, topicByName } from "./topics.ts";

type Reached = Pick<Services, "image" | "partitions" | "hooks" | "logDirs">;

interface Move {
  readonly path: string;
  readonly topic: string;
  readonly partition: number;
}

export function alterReplicaLogDirsEndpoint(services: Reached): Endpoint {
  return endpoint(AlterReplicaLogDirs, {
    async handle(request, context) {
      if (!services.hooks.authorize(context, "Alter", CLUSTER)) {
        throw new Refusal("CLUSTER_AUTHORIZATION_FAILED");
      }
      return await answerAll(services, movesOf(request));
    },
    refuse: (request, { code }) => answersOf(movesOf(request), () => code),
  });
}

function movesOf({ dirs }: AlterReplicaLogDirsRequest): Move[] {
  return dirs.flatMap(({ path, topics }) =>
    topics.flatMap(({ name, partitions }) =>
      partitions.map((partition) => ({ path, topic: name, partition }))
    )
  );
}

async function answerAll({ image, partitions, logDirs }: Reached, moves: readonly Move[]) {
  const directoryAt = (path: string) => logDirs.all.find((one) => one.path === path);
  const outcomes = await askPartitions(moves, ({ path, topic: name, partition }) => {
    if (directoryAt(path) === undefined) throw new Refusal("LOG_DIR_NOT_FOUND");
    const topic = topicByName(image(), name);
    checkPartition(topic, partition);
    return { topicId: topic.id, partition };
  }, (calls) => partitions.located(calls));
  return answersOf(moves, ({ path }, i) => {
    const outcome = outcomes[i];
    if (outcome === undefined) return errors.UNKNOWN_SERVER_ERROR.code;
    if (isRefused(outcome)) return codeOf(outcome);
    const isThere = outcome.directoryId === directoryAt(path)?.id;
    return errors[isThere ? "NONE" : "INVALID_REQUEST"].code;
  });
}

function answersOf(
  moves: readonly Move[],
  codeAt: (move: Move, index: number) => number,
): AlterReplicaLogDirsResponse {
  const answers = moves.map((move, i) => ({ move, errorCode: codeAt(move, i) }));
  return {
    results: [...Map.groupBy(answers, ({ move }) => move.topic)].map(([topicName, some]) => ({
      topicName,
      partitions: some.map(({ move, errorCode }) => ({
        partitionIndex: move.partition,
        errorCode,
      })),
    })),
  };
}
