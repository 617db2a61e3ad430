// What a controller that was stopped while it led, and goes on after others have elected another
// one, answers to requests that have waited for it meanwhile: nothing that is not true any more.

import { type Uuid, ZERO_UUID } from "@odradek/base";
import { type Cluster, connect } from "@odradek/client";
import { errorName } from "@odradek/protocol/errors";
import { CreateTopics } from "@odradek/protocol/messages/create_topics";
import { DescribeQuorum } from "@odradek/protocol/messages/describe_quorum";

const ANSWER_MS_MAX = 60_000;

export interface StaleAnswers {
  /** Each in words. */
  readonly stale: readonly string[];
  /** Topics that it says it has made: they must be there. */
  readonly made: ReadonlyMap<string, Uuid>;
  /** What it answered, in the order of the requests. */
  readonly seen: readonly string[];
}

/** Asks before the controller goes on, on a connection from before it was stopped. */
export class Waiting implements AsyncDisposable {
  readonly #cluster: Cluster;
  readonly #leader: number;

  private constructor(cluster: Cluster, leader: number) {
    this.#cluster = cluster;
    this.#leader = leader;
  }

  static async connect(addresses: string, leader: number): Promise<Waiting> {
    const cluster = connect(addresses, { ofControllers: true, requestTimeoutMs: ANSWER_MS_MAX });
    const waiting = new Waiting(cluster, leader);
    await cluster.refresh();
    await cluster.link({ node: leader });
    return waiting;
  }

  /**
   * `existing`: a topic that is deleted by now; `epoch`: in which it led. Sends all requests at
   * once, and resolves when they are answered: the connection is one that the controller closes.
   */
  async ask(existing: string, epoch: number): Promise<StaleAnswers> {
    const link = await this.#cluster.link({ node: this.#leader });
    const topics = [{ topicName: "__cluster_metadata", partitions: [{ partitionIndex: 0 }] }];
    const create = (name: string, validateOnly: boolean) =>
      link.ask(CreateTopics, {
        topics: [{
          name,
          numPartitions: 1,
          replicationFactor: 1,
          assignments: [],
          configs: [],
        }],
        timeoutMs: ANSWER_MS_MAX,
        validateOnly,
      });
    const quorum = link.ask(DescribeQuorum, { topics });
    const again = create(existing, true);
    const fresh = create("made-by-the-old-leader", false);
    const [told, deleted, made] = await Promise.allSettled([quorum, again, fresh]);
    const stale: string[] = [];
    const seen: string[] = [];
    const note = (what: string, answer: PromiseSettledResult<unknown>, error: number | undefined) =>
      seen.push(`${what}: ${answer.status === "fulfilled" ? errorName(error ?? 0) : "no answer"}`);
    if (told.status === "fulfilled") {
      const [partition] = told.value.topics[0]?.partitions ?? [];
      if (told.value.errorCode === 0 && partition?.errorCode === 0 &&
        partition.leaderEpoch === epoch) {
        stale.push(`it says that it leads, in epoch ${epoch}`);
      }
    }
    note("DescribeQuorum", told, codeOf(told));
    const [deletedTopic] = deleted.status === "fulfilled" ? deleted.value.topics : [];
    if (errorName(deletedTopic?.errorCode ?? 0) === "TOPIC_ALREADY_EXISTS") {
      stale.push(`it says that topic ${existing} exists, which was deleted`);
    }
    note("CreateTopics of what was deleted", deleted, deletedTopic?.errorCode);
    const [madeTopic] = made.status === "fulfilled" ? made.value.topics : [];
    note("CreateTopics", made, madeTopic?.errorCode);
    const isMade = madeTopic?.errorCode === 0;
    const entries: [string, Uuid][] = isMade
      ? [[madeTopic.name ?? "", madeTopic.topicId ?? ZERO_UUID]]
      : [];
    return { stale, made: new Map(entries), seen };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cluster[Symbol.asyncDispose]();
  }
}

function codeOf(told: PromiseSettledResult<{
  readonly errorCode: number;
  readonly topics: readonly {
    readonly partitions: readonly { readonly errorCode: number }[];
  }[];
}>): number | undefined {
  if (told.status === "rejected") return undefined;
  return told.value.errorCode || told.value.topics[0]?.partitions[0]?.errorCode;
}
