// Asks the controller for other in-sync replicas of what this reactor leads: one request at a time,
// with everything that is wanted by then, again and again until there is an answer. The leaderships
// themselves know what counts meanwhile.

import { type Clock, Fault, type NodeId, reason, sleep } from "@odradek/base";
import type { PartitionImage } from "@odradek/metadata";
import { type ErrorName, errorName } from "@odradek/protocol/errors";
import { AlterPartition } from "@odradek/protocol/messages/alter_partition";
import { Refusal } from "@odradek/protocol/refusal";
import type { RequestDraft, Response } from "@odradek/protocol/schema/mod";
import type { ControllerLink } from "../controller_link.ts";
import type { ChangeEnd, InSyncChange } from "../partitions/replica/leadership.ts";
import type { Replica } from "../partitions/replica/replica.ts";
import { keyOf } from "./leader.ts";

export interface InSyncChangesOptions {
  readonly nodeId: NodeId;
  readonly brokerEpoch: () => number;
  readonly controller: Pick<ControllerLink, "ask">;
  readonly clock: Clock;
  readonly warn: (message: string, error: unknown) => void;
}

interface Wish {
  readonly replica: Replica;
  readonly change: InSyncChange;
}

type Answer = Response<typeof AlterPartition>;
type PartitionAnswer = Answer["topics"][number]["partitions"][number];
type Topics = RequestDraft<typeof AlterPartition>["topics"];

const VERSION = 3;
const RETRY_MS = 50;

/** How a change has ended; with any other error it is not known, and it is asked for again. */
const ENDS = new Map<ErrorName, ChangeEnd>([
  ["NONE", "taken"],
  ["INELIGIBLE_REPLICA", "not applied"],
  ["OPERATION_NOT_ATTEMPTED", "not applied"],
  ["FENCED_LEADER_EPOCH", "refused"],
  ["INVALID_UPDATE_VERSION", "refused"],
  ["INVALID_REQUEST", "refused"],
  ["UNKNOWN_TOPIC_ID", "refused"],
  ["UNKNOWN_TOPIC_OR_PARTITION", "refused"],
  ["NEW_LEADER_ELECTED", "refused"],
]);

export class InSyncChanges {
  readonly #options: InSyncChangesOptions;
  readonly #waiting = new Set<Replica>();
  readonly #stopping = new AbortController();
  #isAsking = false;

  constructor(options: InSyncChangesOptions) {
    this.#options = options;
  }

  /** The in-sync replicas of a partition may have to be others. */
  add(replica: Replica): void {
    this.#waiting.add(replica);
    if (!this.#isAsking) void this.#askAll();
  }

  stop(): void {
    this.#stopping.abort(new Fault("in use", "The broker is stopping"));
  }

  async #askAll(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stopping;
    this.#isAsking = true;
    // What is wanted in one turn is asked for together.
    await Promise.resolve();
    while (this.#waiting.size > 0 && !signal.aborted) {
      const wishes = this.#wishes();
      const again = wishes.length === 0 ? [] : await this.#ask(wishes);
      for (const { replica } of again) this.#waiting.add(replica);
      // Rejects only when it is to stop.
      if (again.length > 0) await sleep(clock, RETRY_MS, signal).catch(() => undefined);
    }
    this.#isAsking = false;
  }

  #wishes(): Wish[] {
    const replicas = [...this.#waiting];
    this.#waiting.clear();
    return replicas.flatMap((replica) => {
      const change = replica.wantedInSync();
      return change === undefined ? [] : [{ replica, change }];
    });
  }

  /** Returns those of which nothing is known. */
  async #ask(wishes: readonly Wish[]): Promise<readonly Wish[]> {
    const { nodeId: brokerId, brokerEpoch, controller, warn } = this.#options;
    let answer: Answer;
    try {
      answer = await controller.ask(AlterPartition, VERSION, {
        brokerId,
        brokerEpoch: BigInt(brokerEpoch()),
        topics: topicsOf(wishes),
      });
    } catch (error) {
      if (!(error instanceof Fault || error instanceof Refusal)) throw error;
      if (this.#stopping.signal.aborted) return [];
      warn(`The controller was not told who is in sync: ${reason(error)}`, error);
      return wishes;
    }
    if (answer.errorCode !== 0) return wishes;
    const answers = new Map(answer.topics.flatMap(({ topicId, partitions }) =>
      partitions.map((one) => [keyOf({ topicId, partition: one.partitionIndex }), one] as const)
    ));
    return wishes.filter((wish) => !settle(wish, answers.get(keyOf(wish.replica))));
  }
}

/** Whether the change has ended. */
function settle({ replica, change }: Wish, answer: PartitionAnswer | undefined): boolean {
  const end = ENDS.get(errorName(answer?.errorCode ?? -1));
  if (answer === undefined || end === undefined) return false;
  const { isr, leaderEpoch, partitionEpoch } = answer;
  // The metadata will tell of a leadership that has ended with it.
  if (end === "taken" && leaderEpoch !== change.leaderEpoch) {
    replica.inSyncEnded(change, "refused");
    return true;
  }
  const image: Partial<PartitionImage> = { isr: isr as NodeId[], partitionEpoch };
  replica.inSyncEnded(change, end, image);
  return true;
}

function topicsOf(wishes: readonly Wish[]): Topics {
  const topics = new Map<string, Topics[number]>();
  for (const { replica: { topicId, partition }, change } of wishes) {
    const { leaderEpoch, partitionEpoch, isr } = change;
    const partitions = topics.get(topicId)?.partitions ?? [];
    const newIsrWithEpochs = isr.map(({ id, brokerEpoch }) => ({
      brokerId: id,
      brokerEpoch: BigInt(brokerEpoch),
    }));
    const one = { partitionIndex: partition, leaderEpoch, partitionEpoch, newIsrWithEpochs };
    topics.set(topicId, { topicId, partitions: [...partitions, one] });
  }
  return [...topics.values()];
}
