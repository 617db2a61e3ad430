// Leaders of partitions are elected on request (KIP-460).

import type { TopicPartition } from "@odradek/base";
import { ElectLeaders } from "@odradek/protocol/messages/elect_leaders";
import type { Cluster } from "../cluster.ts";
import { refusalOf, throwIfRefused } from "../refused.ts";
import type { Outcome } from "./outcome.ts";

/** By their numbers in the protocol: the preferred replica, or where none is in sync, any. */
export const ELECTION_TYPES = { preferred: 0, unclean: 1 } as const;

export type ElectionType = keyof typeof ELECTION_TYPES;

export interface ElectedPartition extends TopicPartition {
  readonly outcome: Outcome<true>;
}

/**
 * Of these partitions, or of all ("all": those that needed nothing are not told). Who leads well
 * already is refused with ELECTION_NOT_NEEDED. BrokerRefused if nothing was tried.
 */
export function electLeaders(
  cluster: Cluster,
  type: ElectionType,
  partitions: readonly TopicPartition[] | "all",
): Promise<ElectedPartition[]> {
  const topicPartitions = partitions === "all"
    ? null
    : [...Map.groupBy(partitions, ({ topic }) => topic)].map(([topic, some]) => ({
      topic,
      partitions: some.map(({ partition }) => partition),
    }));
  return cluster.persist(async () => {
    const answer = await cluster.ask("any", ElectLeaders, {
      electionType: ELECTION_TYPES[type],
      topicPartitions,
      timeoutMs: cluster.settings.requestTimeoutMs,
    });
    throwIfRefused(answer.errorCode);
    return answer.replicaElectionResults.flatMap(({ topic, partitionResult }) =>
      partitionResult.map(({ partitionId: partition, errorCode, errorMessage }) => ({
        topic,
        partition,
        outcome: refusalOf(errorCode, errorMessage) ?? true as const,
      }))
    );
  });
}
