// The topics of one broker that a run makes, and takes away again.

import type { Uuid } from "@odradek/base";
import { Admin, type Cluster, connect, done, OFFSET_TIMES } from "@odradek/client";
import type { Subject } from "./subjects.ts";

export interface Topic {
  readonly name: string;
  readonly id: Uuid;
  readonly partitions: number;
}

/** Of this process: a broker that stays has those of older runs. */
let count = 0;

export class Topics {
  readonly #cluster: Cluster;
  readonly #admin: Admin;
  readonly #names: string[] = [];

  constructor({ address: { host, port } }: Subject) {
    this.#cluster = connect(`${host}:${port}`, { requestTimeoutMs: 60_000 });
    this.#admin = new Admin(this.#cluster);
  }

  /** Every partition has a leader that answers. */
  async create(partitions: number): Promise<Topic> {
    const name = `bench-${process.pid}-${count++}`;
    const draft = { name, partitions, replicationFactor: 1 };
    const { topicId: id } = done((await this.#admin.createTopics([draft])).get(draft));
    this.#names.push(name);
    const queries = Array.from(
      { length: partitions },
      (_, partition) => ({ topic: name, partition, timestamp: OFFSET_TIMES.latest }),
    );
    for (const outcome of (await this.#admin.listOffsets(queries)).values()) done(outcome);
    return { name, id, partitions };
  }

  async delete({ name }: Topic): Promise<void> {
    this.#names.splice(this.#names.indexOf(name), 1);
    done((await this.#admin.deleteTopics([name])).get(name));
  }

  /** What is left. */
  async close(): Promise<void> {
    if (this.#names.length > 0) await this.#admin.deleteTopics(this.#names);
    await this.#cluster[Symbol.asyncDispose]();
  }
}
