// What the controller has acknowledged is in its image, then and after every start: topics that
// were made, none that was deleted. It is synced before anybody hears of it, and every process that
// leads does so in an epoch of its own.

import type { Uuid } from "@odradek/base";
import type { ClusterImage } from "@odradek/metadata";
import type { LogTruth } from "../truth/log_truth.ts";
import type { Topics, TopicTruth } from "../truth/topics.ts";
import type { MachineWatcher } from "../world/machine.ts";
import type { World } from "../world/world.ts";

const NAME = "metadata_image";

export interface MetadataImageOptions {
  readonly world: World;
  readonly topics: Topics;
  /** Of the controller, while it serves. */
  readonly image: () => ClusterImage | undefined;
  readonly metadataLog: LogTruth;
}

/** A topic as a client is told of it. */
export interface ListedTopic {
  readonly name: string;
  readonly topicId: Uuid;
  readonly partitions: readonly unknown[];
}

export class MetadataImage implements MachineWatcher {
  readonly #options: MetadataImageOptions;
  #epoch = -1;

  constructor(options: MetadataImageOptions) {
    this.#options = options;
  }

  /** A client has just heard of a change. */
  acknowledged(): void {
    const { world, image, metadataLog: { log } } = this.#options;
    const now = image();
    if (now === undefined) return;
    log.refresh();
    const durable = log.durableEndOffset;
    world.expect(durable >= now.endOffset, NAME, () =>
      `The metadata is committed up to ${now.endOffset}, and synced up to ${durable}`);
    this.check(listed(now));
  }

  ready(): void {
    const { world, image } = this.#options;
    const now = image();
    if (now === undefined) return;
    const before = this.#epoch;
    this.#epoch = now.epoch;
    world.expect(now.epoch > before, NAME, () =>
      `Two processes have led epoch ${now.epoch}; the one before ended with ${before}`);
    this.check(listed(now));
  }

  check(found: readonly ListedTopic[]): void {
    for (const topic of this.#options.topics.all) this.#checkTopic(topic, found);
  }

  #checkTopic(topic: TopicTruth, found: readonly ListedTopic[]): void {
    const { world } = this.#options;
    const { name, id, state, partitions } = topic;
    const same = found.find(({ topicId }) => topicId === id);
    if (state === "gone") {
      const told = (): string => `Topic ${name} (${id}) is there: it was deleted`;
      world.expect(same === undefined, NAME, told);
    } else if (state === "exists") {
      const count = same?.partitions.length;
      world.expect(count === partitions, NAME, () =>
        `Topic ${name} (${id}) should have ${partitions} partitions, it has ${count ?? "none"}`);
    }
  }
}

function listed(image: ClusterImage): ListedTopic[] {
  return [...image.topics.values()].map(({ name, id: topicId, partitions }) => ({
    name,
    topicId,
    partitions,
  }));
}
