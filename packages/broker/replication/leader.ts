// How a follower asks its leader: Fetch for the records of many partitions at once, ListOffsets for
// where the leader's log starts and ends.

import { type Address, type Clock, Fault, type NodeId, safeInteger } from "@odradek/base";
import type { Transport } from "@odradek/base";
import type { ResolvedConfig } from "@odradek/metadata/configs/mod";
import { Peer } from "@odradek/network";
import { errorName } from "@odradek/protocol/errors";
import { Fetch } from "@odradek/protocol/messages/fetch";
import { ListOffsets } from "@odradek/protocol/messages/list_offsets";
import { Refusal } from "@odradek/protocol/refusal";
import type { Response } from "@odradek/protocol/schema/mod";
import type { Partition } from "../partitions/partition.ts";
import type { FetchSession, Wish } from "./fetch_session.ts";

export interface LeaderOptions {
  /** This broker. */
  readonly nodeId: NodeId;
  /** Of its registration. */
  readonly brokerEpoch: () => number;
  readonly config: () => ResolvedConfig;
  readonly clock: Clock;
  readonly transport: Transport;
}

/** What is asked for: a partition as it was when it was asked for. */
export interface Asked {
  readonly partition: Partition;
  readonly leaderEpoch: number;
  readonly fetchOffset: number;
}

type FetchAnswer = Response<typeof Fetch>;
export type PartitionAnswer = FetchAnswer["responses"][number]["partitions"][number];

const FETCH_VERSION = 18;
const LIST_OFFSETS_VERSION = 9;
/** Timestamps that mean the ends of a log. */
export const LATEST = -1;
export const EARLIEST = -2;

/** A connection to the broker that leads. */
export class Leader {
  readonly #options: LeaderOptions;
  readonly #peer: Peer;

  private constructor(options: LeaderOptions, peer: Peer) {
    this.#options = options;
    this.#peer = peer;
  }

  /** Fault "network" if nobody is there. */
  static async reach(
    options: LeaderOptions,
    address: Address,
    signal: AbortSignal,
  ): Promise<Leader> {
    const { clock, nodeId, transport } = options;
    const socket = await transport.connect(address, signal);
    const clientId = `replica-${nodeId}`;
    return new Leader(options, new Peer(socket, { clock, clientId, reusesMemory: true }));
  }

  get isOpen(): boolean {
    return this.#peer.isOpen;
  }

  /** The records that were fetched are not looked at any more: their memory is used again. */
  letGo(): void {
    this.#peer.letGo();
  }

  /** Ends what is under way. */
  destroy(): void {
    this.#peer.destroy(new Fault("network", "This broker has hung up"));
  }

  /**
   * Waits at the leader for something to fetch, as long as may be. What is not in the answer has
   * nothing new. Fault "network".
   */
  async fetch(
    asked: readonly Asked[],
    { session, waitMsMax }: { readonly session: FetchSession; readonly waitMsMax: number },
  ): Promise<ReadonlyMap<string, PartitionAnswer>> {
    const { nodeId, brokerEpoch, config } = this.#options;
    const node = config();
    const maxWaitMs = Math.min(node.value("replica.fetch.wait.max.ms"), Math.ceil(waitMsMax));
    const body = {
      replicaState: { replicaId: nodeId, replicaEpoch: BigInt(brokerEpoch()) },
      maxWaitMs,
      minBytes: node.value("replica.fetch.min.bytes"),
      maxBytes: node.value("replica.fetch.response.max.bytes"),
    };
    const wishes = asked.map((one) => wishOf(one, node.value("replica.fetch.max.bytes")));
    const timeoutMs = maxWaitMs + node.value("replica.socket.timeout.ms");
    const ask = async (): Promise<FetchAnswer> => {
      const request = { version: FETCH_VERSION, body: { ...body, ...session.next(wishes) } };
      const answer = await this.#peer.ask(Fetch, request, { timeoutMs });
      return session.answered(errorName(answer.errorCode), answer.sessionId) ? answer : await ask();
    };
    let answer: FetchAnswer;
    try {
      answer = await ask();
    } catch (error) {
      session.failed();
      throw error;
    }
    if (answer.errorCode !== 0) {
      throw new Fault("network", `The leader refuses a fetch: ${errorName(answer.errorCode)}`);
    }
    return new Map(answer.responses.flatMap(({ topicId, partitions }) =>
      partitions.map((one) => [keyOf({ topicId, partition: one.partitionIndex }), one] as const)
    ));
  }

  /** One end of the leader's log. Refuses with what the leader refuses. */
  async endOf({ partition, leaderEpoch }: Asked, timestamp: number): Promise<number> {
    const { nodeId, config } = this.#options;
    const { topic: name, partition: partitionIndex } = partition;
    const asked = {
      partitionIndex,
      currentLeaderEpoch: leaderEpoch,
      timestamp: BigInt(timestamp),
    };
    const topics = [{ name, partitions: [asked] }];
    const body = { replicaId: nodeId, isolationLevel: 0, topics };
    const timeoutMs = config().value("replica.socket.timeout.ms");
    const request = { version: LIST_OFFSETS_VERSION, body };
    const answer = await this.#peer.ask(ListOffsets, request, { timeoutMs });
    const found = answer.topics[0]?.partitions[0];
    if (found === undefined) throw new Refusal("UNKNOWN_SERVER_ERROR", "The answer is empty");
    if (found.errorCode !== 0) throw new Refusal(errorName(found.errorCode));
    return safeInteger(found.offset);
  }
}

export function keyOf(
  { topicId, partition }: { readonly topicId: string; readonly partition: number },
): string {
  return `${topicId} ${partition}`;
}

function wishOf(
  { partition: { topicId, partition, log, highWatermark }, leaderEpoch, fetchOffset }: Asked,
  partitionMaxBytes: number,
): Wish {
  const wish = {
    partition,
    currentLeaderEpoch: leaderEpoch,
    fetchOffset: BigInt(fetchOffset),
    // An empty log has nothing that could differ.
    lastFetchedEpoch: fetchOffset > log.startOffset ? log.epochs.epochAt(fetchOffset - 1) : -1,
    logStartOffset: BigInt(log.startOffset),
    partitionMaxBytes,
    highWatermark: BigInt(highWatermark),
  };
  return { topicId, partition: wish };
}
