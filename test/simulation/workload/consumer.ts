// A user of consumers: reads one partition after the other for a while, from its beginning, its end
// or anywhere, and shows every record to the checkers.

import type { Random } from "@odradek/base";
import { Consumer, type StartOffset } from "@odradek/client";
import { DenseReader } from "../checkers/dense_offsets.ts";
import { checkRead } from "../checkers/immutable_content.ts";
import type { LogTruth } from "../truth/log_truth.ts";
import type { TopicTruth } from "../truth/topics.ts";
import { between, oneOf } from "./chances.ts";
import { connect, rest, type Surroundings } from "./surroundings.ts";

export class ConsumerWorkload {
  readonly #name: string;
  readonly #surroundings: Surroundings;
  readonly #random: Random;

  constructor(name: string, surroundings: Surroundings) {
    this.#name = name;
    this.#surroundings = surroundings;
    this.#random = surroundings.world.chance();
  }

  async run(): Promise<void> {
    const { topics, stopping } = this.#surroundings;
    for (let session = 1; !stopping.aborted; session++) {
      const { existing } = topics;
      if (existing.length > 0) await this.#session(session, oneOf(this.#random, existing));
      await rest(this.#surroundings, between(this.#random, 100, 2000));
    }
  }

  async #session(session: number, topic: TopicTruth): Promise<void> {
    const { world, stopping } = this.#surroundings;
    const name = `${this.#name}.${session}`;
    const random = this.#random;
    const partition = random.below(topic.partitions);
    const truth = topic.logs[partition] as LogTruth;
    const cluster = connect(this.#surroundings, name, { requestTimeoutMs: 5000 });
    const end = new AbortController();
    const signal = AbortSignal.any([end.signal, stopping]);
    world.clock.schedule(between(random, 2000, 20_000), () => end.abort());
    const offset = startBy(random, truth);
    world.transcript.note(name, "reads", `${truth.name} from ${offset}`);
    const consumer = new Consumer(cluster, {
      maxWaitMs: between(random, 50, 1000),
      minBytes: oneOf(random, [1, 1, 500, 4000]),
      partitionBytesMax: between(random, 1, 8000),
    });
    const { count, next } = await this.#readAll(
      consumer.consume({ topic: topic.name, partition, offset, signal }),
      { topic, truth },
    );
    cluster.close();
    world.transcript.note(name, "has read", `${truth.name} up to ${next}, ${count} records`);
  }

  async #readAll(
    records: ReturnType<Consumer["consume"]>,
    { topic, truth }: { readonly topic: TopicTruth; readonly truth: LogTruth },
  ): Promise<{ count: number; next: number }> {
    const { world, powerLosses, tally } = this.#surroundings;
    const dense = new DenseReader(world, truth, powerLosses);
    let count = 0;
    let next = 0;
    // Nothing in here waits: what has been fetched is looked at before anything else happens.
    for await (const record of records) {
      // From here on there may be another topic of this name.
      if (topic.state !== "exists") break;
      dense.read(record.offset);
      checkRead(world, truth, record);
      count++;
      next = record.offset + 1;
    }
    tally.read += count;
    return { count, next };
  }
}

function startBy(random: Random, { log }: LogTruth): StartOffset {
  log.refresh();
  const somewhere = between(random, log.startOffset, log.endOffset);
  return oneOf<StartOffset>(random, ["earliest", "latest", somewhere, somewhere]);
}
