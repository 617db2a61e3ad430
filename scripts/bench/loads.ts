// Produce and fetch as fast as a broker answers, and what that costs it.

import type { Address } from "@odradek/base";
import { errorName } from "@odradek/protocol";
import { cpuMs } from "./costs.ts";
import { type PipelineOptions, runPipeline } from "./pipeline.ts";
import type { LoadPlan } from "./plan.ts";
import { ANSWERS, batchOf, type BatchOfSize, fetchRequest, produceRequest } from "./requests.ts";
import type { Figures } from "./results.ts";
import type { Subject } from "./subjects.ts";
import type { Topic, Topics } from "./topics.ts";

/** Runs this part of a load before it measures: compilers, caches and connections settle. */
const WARM_PART = 0.1;
const ACKS_LEADER = 1;
/** What a fetch of more than that reads lies in batches of this size. */
const STORED_BATCH_BYTES = 16 * 1024;
/** What is stored to be fetched over and over. */
const STORED_BYTES_MAX = 64 * 1024 * 1024;
const STORED_BATCHES_MAX = 20_000;

interface Load extends Omit<PipelineOptions, "requests"> {
  /** What one request sends, or its answer brings. */
  readonly carriedBytes: number;
}

/** Of one broker. What is to be fetched is stored once, and kept for all rounds. */
export class Loads {
  readonly #subject: Subject;
  readonly #topics: Topics;
  readonly #stored = new Map<string, Stored>();

  constructor(subject: Subject, topics: Topics) {
    this.#subject = subject;
    this.#topics = topics;
  }

  async measure(plan: LoadPlan): Promise<Figures> {
    if (plan.kind === "fetch") {
      const stored = await this.#storedFor(plan);
      return await this.#run(plan, this.#fetchLoad(plan, stored));
    }
    const topic = await this.#topics.create(plan.partitions);
    const { connections, inFlight, bytes, recordBytes } = plan;
    // What stands around a batch belongs to the request.
    const around = produceRequest(topic.name, new Uint8Array(0), ACKS_LEADER).frame.length;
    const batch = batchOf(bytes - around, recordBytes);
    const load = produceLoad({ ...this.#subject, topic, batch, connections, inFlight });
    const figures = await this.#run(plan, load);
    await this.#topics.delete(topic);
    return figures;
  }

  async #run({ requests }: LoadPlan, load: Load): Promise<Figures> {
    const { pid } = this.#subject;
    await runPipeline({ ...load, requests: Math.ceil(requests * WARM_PART) });
    const [cpuBefore, before] = [cpuMs(pid), performance.now()];
    await runPipeline({ ...load, requests });
    const [cpu, wall] = [cpuMs(pid) - cpuBefore, performance.now() - before];
    const bytes = requests * load.carriedBytes;
    return {
      "CPU µs/request": cpu * 1000 / requests,
      "CPU-s/GB": cpu / 1000 / (bytes / 1e9),
      "MB/s": bytes / 1e6 / (wall / 1000),
    };
  }

  async #storedFor(plan: LoadPlan): Promise<Stored> {
    const key = `${plan.bytes} ${plan.recordBytes} ${plan.partitions}`;
    const stored = this.#stored.get(key) ?? await this.#store(plan);
    this.#stored.set(key, stored);
    return stored;
  }

  async #store({ partitions, bytes, recordBytes }: LoadPlan): Promise<Stored> {
    const batchBytes = Math.min(bytes, STORED_BATCH_BYTES);
    const batch = batchOf(batchBytes, recordBytes);
    const batchesPerFetch = bytes / batchBytes;
    const most = Math.min(STORED_BATCHES_MAX, STORED_BYTES_MAX / batchBytes);
    const fetches = Math.max(1, Math.floor(most / partitions / batchesPerFetch));
    const topic = await this.#topics.create(partitions);
    const load = produceLoad({ ...this.#subject, topic, batch, connections: 1, inFlight: 5 });
    await runPipeline({ ...load, requests: fetches * batchesPerFetch * partitions });
    return { topic, batch, batchesPerFetch, fetches };
  }

  #fetchLoad(
    { connections, inFlight }: LoadPlan,
    { topic, batch, batchesPerFetch, fetches }: Stored,
  ): Load {
    const bytesMax = batch.bytes.length * batchesPerFetch;
    const turn = turns(topic.partitions);
    const next = new Uint32Array(topic.partitions);
    return {
      address: this.#subject.address,
      connections,
      inFlight,
      carriedBytes: bytesMax,
      make: () => fetchRequest(topic.id, { bytesMax, maxWaitMs: 0 }),
      prepare(request) {
        const partition = turn();
        const at = next[partition] as number;
        next[partition] = (at + 1) % fetches;
        request.setPartition(partition);
        request.setFetchOffset(at * batchesPerFetch * batch.recordCount);
      },
      check(head, sizeBytes) {
        checkError(head.getInt16(ANSWERS.fetch.errorAt));
        checkError(head.getInt16(ANSWERS.fetch.partitionErrorAt));
        if (sizeBytes < bytesMax) throw new Error(`A fetch of ${bytesMax} bytes got ${sizeBytes}`);
      },
    };
  }
}

/** A topic full of batches of one kind. */
interface Stored {
  readonly topic: Topic;
  readonly batch: BatchOfSize;
  readonly batchesPerFetch: number;
  /** Until a partition has been read from its beginning to its end. */
  readonly fetches: number;
}

interface ProduceLoad {
  readonly address: Address;
  readonly topic: Topic;
  readonly batch: BatchOfSize;
  readonly connections: number;
  readonly inFlight: number;
}

function produceLoad({ address, topic, batch, connections, inFlight }: ProduceLoad): Load {
  const errorAt = ANSWERS.produceErrorAt(topic.name);
  const turn = turns(topic.partitions);
  const make = () => produceRequest(topic.name, batch.bytes, ACKS_LEADER);
  return {
    address,
    connections,
    inFlight,
    carriedBytes: make().frame.length,
    make,
    prepare: (request) => request.setPartition(turn()),
    check: (head) => checkError(head.getInt16(errorAt)),
  };
}

/** 0, 1, … and again. */
function turns(count: number): () => number {
  let next = 0;
  return () => next++ % count;
}

export function checkError(code: number): void {
  if (code !== 0) throw new Error(`A request was refused with ${errorName(code)}`);
}
