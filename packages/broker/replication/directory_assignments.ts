// Tells the controller in which log directory a replica has come to lie, where the metadata say
// something else: a broker with several directories chooses among them by itself (KIP-858).

import { type Clock, Fault, type NodeId, sleep, type Uuid } from "@odradek/base";
import { type ErrorName, errorName } from "@odradek/protocol/errors";
import { AssignReplicasToDirs } from "@odradek/protocol/messages/assign_replicas_to_dirs";
import { Refusal } from "@odradek/protocol/refusal";
import type { ControllerLink } from "../controller_link.ts";
import type { PartitionRef } from "../partitions/service.ts";

export interface DirectoryAssignmentsOptions {
  readonly nodeId: NodeId;
  readonly brokerEpoch: () => number;
  readonly controller: Pick<ControllerLink, "ask">;
  readonly clock: Clock;
}

interface Placed extends PartitionRef {
  readonly directoryId: Uuid;
}

const VERSION = 0;
const RETRY_MS = 500;
/** Of one request. */
const REPLICAS_MAX = 2000;

/** Nothing is to be told any more: the replica is gone, or soon will be. */
const OVER = new Set<ErrorName>([
  "NONE",
  "UNKNOWN_TOPIC_ID",
  "UNKNOWN_TOPIC_OR_PARTITION",
  "NOT_LEADER_OR_FOLLOWER",
]);

export class DirectoryAssignments {
  readonly #options: DirectoryAssignmentsOptions;
  readonly #waiting = new Map<string, Placed>();
  readonly #stopping = new AbortController();
  #isAsking = false;

  constructor(options: DirectoryAssignmentsOptions) {
    this.#options = options;
  }

  add({ topicId, partition }: PartitionRef, directoryId: Uuid): void {
    this.#waiting.set(keyOf({ topicId, partition }), { topicId, partition, directoryId });
    if (!this.#isAsking) void this.#tellAll();
  }

  stop(): void {
    this.#stopping.abort(new Fault("in use", "The broker is stopping"));
  }

  async #tellAll(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stopping;
    this.#isAsking = true;
    // What is opened in one turn is told together.
    await Promise.resolve();
    while (this.#waiting.size > 0 && !signal.aborted) {
      const some = [...this.#waiting.values()].slice(0, REPLICAS_MAX);
      const isTold = await this.#tell(some);
      // Rejects only when it is to stop.
      if (!isTold) await sleep(clock, RETRY_MS, signal).catch(() => undefined);
    }
    this.#isAsking = false;
  }

  /** Whether nothing of it has to be told again. */
  async #tell(some: readonly Placed[]): Promise<boolean> {
    const { nodeId: brokerId, brokerEpoch, controller } = this.#options;
    try {
      const answer = await controller.ask(AssignReplicasToDirs, VERSION, {
        brokerId,
        brokerEpoch: BigInt(brokerEpoch()),
        directories: requestOf(some),
      });
      const told = answer.directories.flatMap(({ id: directoryId, topics }) =>
        topics.flatMap(({ topicId, partitions }) =>
          partitions.filter(({ errorCode }) => OVER.has(errorName(errorCode)))
            .map(({ partitionIndex: partition }) => ({ topicId, partition, directoryId }))
        )
      );
      for (const one of told) {
        const key = keyOf(one);
        if (this.#waiting.get(key)?.directoryId === one.directoryId) this.#waiting.delete(key);
      }
      return told.length === some.length;
    } catch (error) {
      if (error instanceof Fault || error instanceof Refusal) return false;
      throw error;
    }
  }
}

function requestOf(some: readonly Placed[]) {
  return [...Map.groupBy(some, ({ directoryId }) => directoryId)].map(([id, there]) => ({
    id,
    topics: [...Map.groupBy(there, ({ topicId }) => topicId)].map(([topicId, ofTopic]) => ({
      topicId,
      partitions: ofTopic.map(({ partition }) => ({ partitionIndex: partition })),
    })),
  }));
}

function keyOf({ topicId, partition }: PartitionRef): string {
  return `${topicId} ${partition}`;
}
