// Sends what partitions have gathered as soon as it may leave, one request per leader for several
// partitions, and decides by the answers what becomes of each batch.

import { Fault, type Timer } from "@odradek/base";
import { errorName } from "@odradek/protocol/errors";
import { Produce } from "@odradek/protocol/messages/produce";
import type { Cluster } from "../cluster.ts";
import { backoffMs } from "../cluster/backoff.ts";
import type { Link } from "../cluster/link.ts";
import { BrokerRefused, mayRetry, refusalOf } from "../refused.ts";
import { fateOf, isUncertain } from "./fate.ts";
import { initProducerId } from "./identity.ts";
import { PartitionQueue, type ProducerIdentity } from "./partition_queue.ts";
import type { PendingBatch } from "./pending_batch.ts";
import { Preparations } from "./preparations.ts";
import {
  answerOf,
  type ProducedPartition,
  produceDraft,
  type ProduceSettings,
  produceVersionMax,
} from "./produce_request.ts";

export interface SenderOptions extends ProduceSettings {
  readonly isIdempotent: boolean;
  readonly lingerMs: number;
  readonly batchBytesMax: number;
  readonly requestBytesMax: number;
  /** Requests per connection. */
  readonly inFlightMax: number;
  /** From the first record of a batch to its answer, with all tries. */
  readonly deliveryTimeoutMs: number;
}

interface Sent {
  readonly queue: PartitionQueue;
  readonly batch: PendingBatch;
}

export class Sender {
  readonly #cluster: Cluster;
  readonly #options: SenderOptions;
  readonly #queues = new Map<string, PartitionQueue>();
  readonly #preparations: Preparations;
  /** Requests in flight by connection. */
  readonly #inFlight = new Map<Link, number>();
  #identity: ProducerIdentity | undefined;
  #flushes = 0;
  #isWoken = false;
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(cluster: Cluster, options: SenderOptions) {
    this.#cluster = cluster;
    this.#options = options;
    const { clock, random, settings: { retryBackoff: backoff } } = cluster;
    this.#preparations = new Preparations({ clock, random, backoff, wake: () => this.wake() });
  }

  queue(topic: string, partition: number): PartitionQueue {
    const key = `${topic} ${partition}`;
    let queue = this.#queues.get(key);
    if (queue === undefined) {
      const { batchBytesMax, inFlightMax } = this.#options;
      queue = new PartitionQueue({ topic, partition, batchBytesMax, inFlightMax });
      this.#queues.set(key, queue);
    }
    return queue;
  }

  /** There may be something to send. What is appended in the same turn leaves together. */
  wake(): void {
    if (this.#isWoken || this.#isClosed) return;
    this.#isWoken = true;
    queueMicrotask(() => {
      this.#isWoken = false;
      if (!this.#isClosed) this.#pump(this.#cluster.clock.monotonic());
    });
  }

  /** Resolves when all that is there now has been answered or given up. */
  async flush(): Promise<void> {
    const batches = [...this.#queues.values()].flatMap((queue) => queue.batches);
    this.#flushes++;
    for (const queue of this.#queues.values()) queue.seal();
    this.wake();
    await Promise.all(batches.map(({ settled }) => settled));
    this.#flushes--;
  }

  /** What has not been answered is given up. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    const cause = new Fault("network", "The producer is closed");
    for (const queue of this.#queues.values()) {
      for (const batch of queue.batches) batch.reject(cause);
    }
  }

  #pump(now: number): void {
    this.#giveUpLate(now);
    const ready = [...this.#queues.values()].filter((queue) => this.#isReady(queue, now));
    if (ready.length > 0 && this.#isPrepared(ready)) {
      const byLeader = Map.groupBy(ready, (queue) => this.#leaderOf(queue));
      for (const [leader, queues] of byLeader) {
        if (leader === undefined) this.#seekLeaders(queues, now);
        else this.#serve(leader, queues);
      }
    }
    this.#schedule(now);
  }

  #isReady(queue: PartitionQueue, now: number): boolean {
    const { first } = queue;
    if (first === undefined || now < queue.retryAtMs) return false;
    return queue.isFirstFull || this.#flushes > 0 ||
      now >= first.createdMs + this.#options.lingerMs;
  }

  /** Whether there is a producer id, if one is needed; and asks for what is not fresh. */
  #isPrepared(queues: readonly PartitionQueue[]): boolean {
    const cluster = this.#cluster;
    if (!cluster.isFresh) this.#prepare("metadata", queues, () => cluster.refresh());
    if (!this.#options.isIdempotent) return true;
    if (queues.some(({ isSpent }) => isSpent)) this.#identity = undefined;
    if (this.#identity !== undefined) return true;
    this.#prepare("identity", queues, async () => {
      this.#identity = await initProducerId(cluster);
    });
    return false;
  }

  #leaderOf({ topic, partition, awaitsMetadata }: PartitionQueue): number | undefined {
    if (awaitsMetadata && !this.#cluster.isFresh) return undefined;
    return this.#cluster.view.topics.get(topic)?.partitions[partition]?.leader;
  }

  #seekLeaders(queues: readonly PartitionQueue[], now: number): void {
    if (!this.#cluster.isFresh) return;
    // What is known is new, and still there is no leader.
    for (const queue of queues) {
      const refusal = this.#cluster.view.refusals.get(queue.topic) ??
        new BrokerRefused("LEADER_NOT_AVAILABLE");
      if (queue.first !== undefined) queue.first.lastFailure = refusal;
      this.#cluster.noteFailure(refusal);
      this.#pause(queue, now);
    }
  }

  /** Sends to a leader what may go; connects to it first if need be. */
  #serve(leader: number, queues: readonly PartitionQueue[]): void {
    for (const queue of queues) queue.awaitsMetadata = false;
    const link = this.#cluster.currentLink(leader);
    if (link === undefined) {
      this.#prepare(`node ${leader}`, queues, () => this.#cluster.link({ node: leader }));
      return;
    }
    const now = this.#cluster.clock.monotonic();
    while ((this.#inFlight.get(link) ?? 0) < this.#options.inFlightMax) {
      const sent = this.#gather(link, queues.filter((queue) => this.#isReady(queue, now)));
      if (sent.length === 0) return;
      this.#send(link, sent);
    }
  }

  /** One batch of each partition that may send, within the size of a request. */
  #gather(link: Link, queues: readonly PartitionQueue[]): Sent[] {
    const sent: Sent[] = [];
    let bytes = 0;
    for (const queue of queues) {
      const size = queue.first?.sizeBytes ?? 0;
      const fits = sent.length === 0 || bytes + size <= this.#options.requestBytesMax;
      if (!fits || !queue.maySend(link, this.#identity)) continue;
      sent.push({ queue, batch: queue.take(link, this.#identity) });
      bytes += size;
    }
    return sent;
  }

  #send(link: Link, sent: readonly Sent[]): void {
    const { view, settings } = this.#cluster;
    const batches = sent.map(({ batch }) => batch);
    const draft = produceDraft(batches, view, this.#options);
    const versionMax = produceVersionMax(batches, view);
    if (this.#options.acks === 0) {
      return this.#tell(sent, () => link.tell(Produce, draft, versionMax));
    }
    const timeoutMs = Math.max(settings.requestTimeoutMs, this.#options.timeoutMs);
    this.#count(link, 1);
    void link.ask(Produce, draft, { versionMax, timeoutMs }).then((answer) => {
      for (const one of sent) this.#answered(one, answerOf(answer, one.batch, view));
    }, (error: Error) => {
      for (const one of sent) this.#failed(one, error);
    }).finally(() => {
      this.#count(link, -1);
      this.wake();
    });
  }

  #tell(sent: readonly Sent[], tell: () => void): void {
    try {
      tell();
    } catch (error) {
      for (const one of sent) this.#failed(one, error as Error);
      return;
    }
    for (const { queue, batch } of sent) {
      queue.succeeded(batch);
      batch.resolve(-1n, -1n);
    }
  }

  #count(link: Link, change: 1 | -1): void {
    const count = (this.#inFlight.get(link) ?? 0) + change;
    if (count === 0) this.#inFlight.delete(link);
    else this.#inFlight.set(link, count);
  }

  #answered(sent: Sent, answer: ProducedPartition | undefined): void {
    if (answer === undefined) {
      return this.#failed(sent, new Fault("network", "The answer leaves out a partition"));
    }
    const refusal = refusalOf(answer.errorCode, answer.errorMessage);
    if (refusal !== undefined) return this.#failed(sent, refusal, recordRefusals(answer));
    sent.queue.succeeded(sent.batch);
    sent.batch.resolve(answer.baseOffset, answer.logAppendTimeMs);
  }

  #failed({ queue, batch }: Sent, error: Error, ofRecords?: ReadonlyMap<number, Error>): void {
    if (isUncertain(error)) batch.isUncertain = true;
    const fate = fateOf(error, queue.isOneMissingBefore(batch));
    if (fate === "delivered") {
      queue.succeeded(batch);
      return batch.resolve(-1n, -1n);
    }
    if (fate === "given up") {
      queue.givenUp(batch);
      return batch.reject(error, ofRecords);
    }
    if (fate === "renamed") this.#rename(queue, batch);
    else this.#cluster.noteFailure(error);
    queue.awaitsMetadata = true;
    batch.lastFailure = error;
    queue.failed(batch);
    this.#pause(queue, this.#cluster.clock.monotonic());
  }

  #rename(queue: PartitionQueue, { sequence }: PendingBatch): void {
    queue.restart();
    if (sequence?.producerId === this.#identity?.producerId) this.#identity = undefined;
  }

  #pause(queue: PartitionQueue, now: number): void {
    const { random, settings } = this.#cluster;
    queue.retryAtMs = now + backoffMs(++queue.failures, settings.retryBackoff, random);
  }

  #prepare(
    name: string,
    queues: readonly PartitionQueue[],
    action: () => Promise<unknown>,
  ): void {
    this.#preparations.begin(name, action, (error) => {
      this.#cluster.noteFailure(error);
      for (const queue of queues) {
        const { first } = queue;
        if (first === undefined) continue;
        first.lastFailure = error;
        if (mayRetry(error)) continue;
        queue.givenUp(first);
        first.reject(error);
      }
    });
  }

  #giveUpLate(now: number): void {
    for (const queue of this.#queues.values()) {
      for (let { first } = queue; first !== undefined; { first } = queue) {
        if (now < first.createdMs + this.#options.deliveryTimeoutMs) break;
        queue.givenUp(first);
        first.reject(first.lastFailure ?? late(first, this.#options.deliveryTimeoutMs));
      }
    }
  }

  /** Wakes for what becomes ready, or late, by the passing of time alone. */
  #schedule(now: number): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    let nextMs = Number.POSITIVE_INFINITY;
    for (const queue of this.#queues.values()) {
      const { first, retryAtMs } = queue;
      if (first === undefined) continue;
      const dueMs = Math.max(retryAtMs, first.createdMs + this.#options.lingerMs);
      const lateMs = first.createdMs + this.#options.deliveryTimeoutMs;
      nextMs = Math.min(nextMs, dueMs > now ? Math.min(dueMs, lateMs) : lateMs);
    }
    if (!Number.isFinite(nextMs)) return;
    this.#timer = this.#cluster.clock.schedule(nextMs - now, () => this.wake());
  }
}

/** Why single records spoil their batch (KIP-467). */
function recordRefusals({ errorCode, recordErrors }: ProducedPartition): Map<number, Error> {
  const told = recordErrors.filter(({ batchIndexErrorMessage }) => batchIndexErrorMessage !== null);
  return new Map(told.map(({ batchIndex, batchIndexErrorMessage: message }) => [
    batchIndex,
    new BrokerRefused(errorName(errorCode), message),
  ]));
}

function late({ topic, partition }: PendingBatch, ms: number): Fault {
  return new Fault("network", `Cannot send to ${topic}-${partition}: no answer within ${ms} ms`);
}
