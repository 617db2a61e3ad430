// Topics that brokers create by themselves: those that clients name and nobody has made, and the
// internal ones. Asked for in the background; whoever needs the topic tries again.

import { type ClusterImage, isActive } from "@odradek/metadata";
import type { BrokerConfigName, ResolvedConfig } from "@odradek/metadata/configs/mod";
import type { RequestDraft } from "@odradek/protocol/schema/mod";
import { CreateTopics } from "@odradek/protocol/messages/create_topics";
import type { ControllerLink, ForwardedFor } from "./controller_link.ts";

type NewTopic = RequestDraft<typeof CreateTopics>["topics"][number];

export interface TopicCreationOptions {
  readonly controller: ControllerLink;
  readonly config: () => ResolvedConfig;
  readonly image: () => ClusterImage;
  readonly warn: (message: string, error: unknown) => void;
}

const CREATE_VERSION = 7;
const TIMEOUT_MS = 30_000;
/** A broker on its own has all of an internal topic; three are what Kafka wants. */
const INTERNAL_REPLICAS = 3;
const INTERNAL_IN_SYNC = 2;

export class TopicCreation {
  readonly #options: TopicCreationOptions;
  readonly #underWay = new Set<string>();

  constructor(options: TopicCreationOptions) {
    this.#options = options;
  }

  /** A topic that a client has named, with the defaults of partitions and replicas. */
  want(name: string, asked: ForwardedFor): void {
    this.#create(this.#internal(name) ?? plain(name), asked);
  }

  #create(topic: NewTopic, asked: ForwardedFor): void {
    const { controller, warn } = this.#options;
    if (this.#underWay.has(topic.name)) return;
    this.#underWay.add(topic.name);
    const body = { topics: [topic], timeoutMs: TIMEOUT_MS };
    controller.forward(CreateTopics, { version: CREATE_VERSION, body }, asked)
      .catch((error: unknown) => warn(`Cannot create topic ${topic.name}`, error))
      .finally(() => this.#underWay.delete(topic.name));
  }

  #internal(name: string): NewTopic | undefined {
    const config = this.#options.config();
    if (name === "__consumer_offsets") {
      return {
        name,
        numPartitions: config.value("offsets.topic.num.partitions"),
        replicationFactor: this.#replicas("offsets.topic.replication.factor"),
        assignments: [],
        configs: [
          { name: "cleanup.policy", value: "compact" },
          { name: "compression.type", value: "producer" },
          { name: "segment.bytes", value: String(config.value("offsets.topic.segment.bytes")) },
        ],
      };
    }
    if (name !== "__transaction_state") return undefined;
    const segmentBytes = String(config.value("transaction.state.log.segment.bytes"));
    const replicas = this.#replicas("transaction.state.log.replication.factor");
    const minIsr = config.isSet("transaction.state.log.min.isr")
      ? config.value("transaction.state.log.min.isr")
      : Math.min(INTERNAL_IN_SYNC, replicas);
    return {
      name,
      numPartitions: config.value("transaction.state.log.num.partitions"),
      replicationFactor: replicas,
      assignments: [],
      configs: [
        { name: "cleanup.policy", value: "compact" },
        { name: "compression.type", value: "uncompressed" },
        { name: "segment.bytes", value: segmentBytes },
        { name: "min.insync.replicas", value: String(minIsr) },
        { name: "unclean.leader.election.enable", value: "false" },
      ],
    };
  }

  /** What the user set is taken literally; else as many as there are, up to three. */
  #replicas(key: BrokerConfigName & `${string}.replication.factor`): number {
    const config = this.#options.config();
    if (config.isSet(key)) return Number(config.value(key));
    const alive = [...this.#options.image().brokers.values()].filter(isActive).length;
    return Math.max(1, Math.min(INTERNAL_REPLICAS, alive));
  }
}

function plain(name: string): NewTopic {
  return { name, numPartitions: -1, replicationFactor: -1, assignments: [], configs: [] };
}
