// Consumers that mind racks (KIP-392): each asks the leader of a partition, and reads where that
// sends it, usually from a follower. They see high watermarks as the wire has them.

import { reason } from "@odradek/base";
import { type Cluster, BrokerRefused } from "@odradek/client";
import {
  type FetchedPartition,
  fetchDraft,
  fetchedOf,
  fetchVersionMax,
} from "@odradek/client/consumer/fetch_request";
import { errorName } from "@odradek/protocol/errors";
import { Fetch } from "@odradek/protocol/messages/fetch";
import { readBatches } from "@odradek/protocol/records/batch";
import { readRecords } from "@odradek/protocol/records/record";
import { originOf, originText } from "../truth/stored.ts";
import { between, oneOf } from "../workload/chances.ts";
import { NODES, rackOf } from "./properties.ts";
import { type ClientSurroundings, clusterOf, rest, startIn } from "./surroundings.ts";

const SETTINGS = {
  maxWaitMs: 500,
  minBytes: 1,
  maxBytes: 1_000_000,
  partitionBytesMax: 100_000,
  isolationLevel: "read_uncommitted",
} as const;

export async function readNear(name: string, surroundings: ClientSurroundings): Promise<void> {
  const { world, topics } = surroundings;
  const random = world.chance();
  const cluster = clusterOf(world, name, 3000);
  for (let session = 1; await rest(surroundings, between(random, 100, 2000)); session++) {
    if (topics.length === 0) continue;
    const topic = oneOf(random, topics);
    const place = { topic: topic.name, partition: random.below(topic.partitions) };
    const rack = rackOf(oneOf(random, NODES));
    const options = { surroundings, cluster, place, rack };
    const offset = startIn(surroundings, random, place);
    const reader = new RackReader(`${name}.${session}`, offset, options);
    try {
      await reader.read(between(random, 1000, 10_000));
    } catch (error) {
      cluster.noteFailure(error);
      world.transcript.note(name, "failed", reason(error));
    }
  }
  cluster.close();
}

interface RackReaderOptions {
  readonly surroundings: ClientSurroundings;
  readonly cluster: Cluster;
  readonly place: { readonly topic: string; readonly partition: number };
  readonly rack: string;
}

/** From an offset of a partition on, until something fails. */
class RackReader {
  readonly #name: string;
  readonly #options: RackReaderOptions;
  #offset: number;

  constructor(name: string, offset: number, options: RackReaderOptions) {
    this.#name = name;
    this.#offset = offset;
    this.#options = options;
  }

  async read(ms: number): Promise<void> {
    const { surroundings: { world, stopping }, cluster, place } = this.#options;
    const untilMs = world.clock.monotonic() + ms;
    const { leader } = await cluster.partition(place);
    if (leader === undefined) throw new BrokerRefused("LEADER_NOT_AVAILABLE");
    let node: number = leader;
    while (world.clock.monotonic() < untilMs && !stopping.aborted) {
      const leaderEpoch = this.#leaderEpoch;
      const told = await this.#fetch(node);
      const error = errorName(told.errorCode);
      if (error !== "NONE") throw new BrokerRefused(error);
      if (told.preferredReadReplica >= 0) node = told.preferredReadReplica;
      else this.#take(told, { node, leaderEpoch, isFollower: node !== leader });
    }
  }

  /** With which the next fetch is sent, and which it must have at the broker too. */
  get #leaderEpoch(): number {
    const { cluster, place: { topic, partition } } = this.#options;
    return cluster.view.topics.get(topic)?.partitions[partition]?.leaderEpoch ?? -1;
  }

  async #fetch(node: number): Promise<FetchedPartition> {
    const { cluster, place, rack: rackId } = this.#options;
    const { view } = cluster;
    const positions = [{ ...place, offset: this.#offset }];
    const link = await cluster.link({ node });
    const answer = await link.ask(Fetch, { ...fetchDraft(positions, view, SETTINGS), rackId }, {
      versionMax: fetchVersionMax(positions, view),
    });
    const told = fetchedOf(answer, place, view);
    if (told === undefined) throw new BrokerRefused("UNKNOWN_SERVER_ERROR");
    return told;
  }

  #take(
    told: FetchedPartition,
    from: { readonly node: number; readonly leaderEpoch: number; readonly isFollower: boolean },
  ): void {
    const { surroundings: { history, witness, tally, coverage }, place } = this.#options;
    const records = [...readBatches(told.records ?? new Uint8Array(0))]
      .flatMap((batch) => [...readRecords(batch)])
      .filter(({ offset }) => offset >= this.#offset)
      .map(({ offset, value }): [number, string] => {
        const origin = originOf(value);
        return [offset, origin === undefined ? `unknown ${value?.toHex()}` : originText(origin)];
      });
    history.add({
      type: "ok",
      process: `${this.#name}@${from.node}`,
      op: "fetch",
      ...place,
      records,
      from: this.#offset,
      highWatermark: Number(told.highWatermark),
      leaderEpoch: from.leaderEpoch,
    });
    for (const [offset, value] of records) witness.shown({ ...place, offset }, value);
    tally.read += records.length;
    if (from.isFollower) coverage.count("follower reads", records.length);
    this.#offset = (records.at(-1)?.[0] ?? this.#offset - 1) + 1;
  }
}
