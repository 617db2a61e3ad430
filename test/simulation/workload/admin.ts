// An operator: makes and deletes topics, cuts off records, and asks where things are. One operation
// at a time; what became of one that failed is found out before the next.

import { type Random, reason } from "@odradek/base";
import { Admin, BrokerRefused, type Cluster, OFFSET_TIMES } from "@odradek/client";
import { checkEndLookup, checkTimeLookup, type Lookup } from "../checkers/offset_lookup.ts";
import type { LogTruth } from "../truth/log_truth.ts";
import type { TopicPlan, TopicTruth } from "../truth/topics.ts";
import { between, oneOf, weighted } from "./chances.ts";
import { connect, rest, type Surroundings } from "./surroundings.ts";
import { newTopicPlan, planText } from "./topic_plans.ts";

const TOPICS_FIRST = 3;
const TOPICS_MIN = 2;
/** Between a deletion and a new topic of that name: what is under way has arrived by then. */
const NAME_REST_MS = 3000;

export class AdminWorkload {
  readonly #name: string;
  readonly #surroundings: Surroundings;
  readonly #random: Random;
  readonly #cluster: Cluster;
  readonly #admin: Admin;

  constructor(name: string, surroundings: Surroundings) {
    this.#name = name;
    this.#surroundings = surroundings;
    this.#random = surroundings.world.chance();
    this.#cluster = connect(surroundings, name, { requestTimeoutMs: 5000, callTimeoutMs: 20_000 });
    this.#admin = new Admin(this.#cluster);
  }

  async run(): Promise<void> {
    const { topics } = this.#surroundings;
    const random = this.#random;
    do {
      const count = topics.existing.length;
      const operation = count < TOPICS_FIRST && topics.all.length < TOPICS_FIRST
        ? () => this.#create()
        : weighted<() => Promise<unknown>>(random, [
          [3, () => this.#create()],
          [count > TOPICS_MIN ? 2 : 0, () => this.#delete(oneOf(random, topics.existing))],
          [3, () => this.#deleteRecords(this.#anyLog())],
          [3, () => this.#list()],
          [6, () => this.#lookUp(this.#anyLog())],
        ]);
      await operation();
    } while (await rest(this.#surroundings, this.#pauseMs()));
    this.#cluster.close();
  }

  /** Until the first topics are there nobody has anything to do. */
  #pauseMs(): number {
    const isEarly = this.#surroundings.topics.all.length < TOPICS_FIRST;
    return isEarly ? 10 : between(this.#random, 500, 6000);
  }

  #anyLog(): Log {
    const topic = oneOf(this.#random, this.#surroundings.topics.existing);
    const partition = this.#random.below(topic.partitions);
    return { topic, partition, truth: topic.logs[partition] as LogTruth };
  }

  async #create(): Promise<void> {
    const { topics, metadata } = this.#surroundings;
    const plan = newTopicPlan(this.#random, topics.existing.map(({ name }) => name));
    if (plan === undefined) return;
    this.#note("creates", planText(plan));
    for (;;) {
      const outcome = await this.#ask(() => this.#admin.createTopics([plan]), plan);
      if (outcome === undefined) {
        if (await rest(this.#surroundings, 500)) continue;
        return;
      }
      const id = outcome instanceof BrokerRefused
        ? await this.#idOf(plan, outcome)
        : outcome.topicId;
      if (id === undefined) return;
      topics.created(plan, id);
      metadata.acknowledged();
      return this.#acknowledged(`topic ${plan.name} ${id}`);
    }
  }

  /** An earlier try may have made it. */
  async #idOf({ name }: TopicPlan, { error }: BrokerRefused) {
    const { world, stopping } = this.#surroundings;
    world.expect(error === "TOPIC_ALREADY_EXISTS", "metadata_image", () =>
      `Topic ${name} cannot be made: ${error}`);
    while (!stopping.aborted) {
      const found = (await this.#list())?.find((topic) => topic.name === name);
      if (found !== undefined) return found.topicId;
      await rest(this.#surroundings, 500);
    }
    return undefined;
  }

  async #delete(topic: TopicTruth): Promise<void> {
    topic.state = "doomed";
    this.#note("deletes", topic.name);
    for (;;) {
      const outcome = await this.#ask(() => this.#admin.deleteTopics([topic.name]), topic.name);
      const isUnknown = outcome instanceof BrokerRefused &&
        outcome.error === "UNKNOWN_TOPIC_OR_PARTITION";
      if (outcome === true || isUnknown) break;
      if (!await rest(this.#surroundings, 500)) return;
    }
    topic.state = "gone";
    this.#surroundings.metadata.acknowledged();
    this.#acknowledged(`${topic.name} ${topic.id} deleted`);
    await rest(this.#surroundings, NAME_REST_MS);
  }

  async #deleteRecords({ topic, partition, truth }: Log): Promise<void> {
    const { world } = this.#surroundings;
    truth.log.refresh();
    const { startOffset, endOffset } = truth.log;
    const before = between(this.#random, startOffset, endOffset);
    truth.deletedBelow = Math.max(truth.deletedBelow, before);
    const cut = { topic: topic.name, partition, offset: before };
    this.#note("cuts", `${truth.name} below ${before}`);
    const low = await this.#ask(() => this.#admin.deleteRecords([cut]), cut);
    if (typeof low !== "number" || topic.state !== "exists") return;
    world.expect(low >= before, "offset_lookup", () =>
      `Records of ${truth.name} below ${before} were deleted: it begins at ${low}`);
    this.#acknowledged(`${truth.name} begins at ${low}`);
  }

  async #list() {
    try {
      const topics = await this.#admin.listTopics();
      this.#acknowledged(`${topics.length} topics`);
      return topics;
    } catch (error) {
      this.#failed(error);
      return undefined;
    }
  }

  async #lookUp({ topic, partition, truth }: Log): Promise<void> {
    const { world, crashes } = this.#surroundings;
    const crashesBefore = crashes();
    const { log } = truth;
    log.refresh();
    const any = log.recordAt(between(this.#random, log.startOffset, log.endOffset));
    const timestamp = (any?.timestamp ?? world.clock.now()) + between(this.#random, -2, 2);
    const lookup: Lookup = { truth, timestamp, endOffsetThen: log.endOffset };
    const place = { topic: topic.name, partition };
    const byTime = { ...place, timestamp };
    const byEnd = { ...place, timestamp: OFFSET_TIMES.latest };
    // One request may not name a partition twice.
    const found = await this.#ask(() => this.#admin.listOffsets([byTime]), byTime);
    const end = await this.#ask(() => this.#admin.listOffsets([byEnd]), byEnd);
    // A look at what is there now says nothing about what was there before a crash.
    if (found === undefined || end === undefined || crashes() !== crashesBefore) return;
    if (found instanceof BrokerRefused || end instanceof BrokerRefused) return;
    this.#acknowledged(`${truth.name} has ${found.offset} at ${timestamp}, ends at ${end.offset}`);
    checkTimeLookup(world, lookup, found.offset);
    checkEndLookup(world, lookup, end.offset);
  }

  /** Undefined: it is not known what became of it. */
  async #ask<Item, Done>(
    ask: () => Promise<Map<Item, Done | BrokerRefused>>,
    item: Item,
  ): Promise<Done | BrokerRefused | undefined> {
    return (await this.#askAll(ask))?.get(item);
  }

  async #askAll<Item, Done>(
    ask: () => Promise<Map<Item, Done | BrokerRefused>>,
  ): Promise<Map<Item, Done | BrokerRefused> | undefined> {
    try {
      return await ask();
    } catch (error) {
      this.#failed(error);
      return undefined;
    }
  }

  #acknowledged(detail: string): void {
    this.#surroundings.tally.acknowledged++;
    this.#note("acknowledged", detail);
  }

  #failed(error: unknown): void {
    this.#surroundings.tally.failed++;
    this.#note("failed", reason(error));
  }

  #note(what: string, detail: string): void {
    this.#surroundings.world.transcript.note(this.#name, what, detail);
  }
}

interface Log {
  readonly topic: TopicTruth;
  readonly partition: number;
  readonly truth: LogTruth;
}
