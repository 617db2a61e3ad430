// How a node asks the other replicas of the quorum: a connection to each for what waits (Fetch),
// one for what does not (votes), and one for what this node's broker wants of the controller.

import {
  type Address,
  addressText,
  type Clock,
  Fault,
  NO_NODE,
  type NodeId,
  nodeId,
  type Random,
  type Transport,
} from "@odradek/base";
import { Peer } from "@odradek/network";
import { KRAFT_VERSION } from "@odradek/metadata";
import { ApiVersions } from "@odradek/protocol/messages/api_versions";
import { BeginQuorumEpoch } from "@odradek/protocol/messages/begin_quorum_epoch";
import { EndQuorumEpoch } from "@odradek/protocol/messages/end_quorum_epoch";
import { Fetch } from "@odradek/protocol/messages/fetch";
import { FetchSnapshot } from "@odradek/protocol/messages/fetch_snapshot";
import { Vote } from "@odradek/protocol/messages/vote";
import type { AnyApi, RequestDraft, Response } from "@odradek/protocol/schema/mod";
import type { Endpoint, FetchResponse, RaftRequest, RaftResponse, Voter } from "@odradek/raft";
import { encodeBegin } from "./wire/begin_quorum_epoch.ts";
import { encodeEnd } from "./wire/end_quorum_epoch.ts";
import { decodeEpochAnswer } from "./wire/epoch_answer.ts";
import { decodeFetchAnswer, encodeFetch } from "./wire/fetch.ts";
import { decodeFetchSnapshotAnswer, encodeFetchSnapshot } from "./wire/fetch_snapshot.ts";
import type { NodeEndpoint } from "./wire/partition.ts";
import { decodeVoteAnswer, encodeVote } from "./wire/vote.ts";

export interface ReplicasOptions {
  readonly nodeId: NodeId;
  readonly clusterId: string;
  /** Where this node listens for the others. */
  readonly endpoints: readonly Endpoint[];
  /** Who is asked as long as nothing is known (`controller.quorum.bootstrap.servers`). */
  readonly bootstrap: readonly Address[];
  /** Of a voter. */
  readonly addressOf: (id: NodeId) => Address | undefined;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  /** Of an answer; a Fetch may take longer by what it waits. */
  readonly timeoutMs: number;
}

export interface RemoteAnswer {
  /** A Fetch with records has no result here: what they are, whoever takes them sees. */
  readonly response: RaftResponse;
  /** Records, or a slice of a snapshot. */
  readonly bytes: Uint8Array | undefined;
}

/** There is no answer. `isGone`: nobody is there, or the connection broke. */
export class NoAnswer extends Fault {
  readonly isGone: boolean;

  constructor(message: string, { isGone, cause }: { isGone: boolean; cause?: unknown }) {
    super("network", message, { cause });
    this.isGone = isGone;
  }
}

type Use = "log" | "votes" | "relay";

interface Call<A extends AnyApi> {
  readonly api: A;
  readonly version: number;
  readonly body: RequestDraft<A>;
  /** As all others, if absent. */
  readonly timeoutMs?: number;
}

export class Replicas {
  readonly #options: ReplicasOptions;
  readonly #peers = new Map<string, Promise<Peer>>();
  /** As answers have told: of leaders that are no known voters. */
  readonly #told = new Map<NodeId, Address>();
  readonly #stopping = new AbortController();

  constructor(options: ReplicasOptions) {
    this.#options = options;
  }

  /** Throws NoAnswer; Refusal if the other one does not take this node for one of its quorum. */
  async ask(to: NodeId, request: RaftRequest): Promise<RemoteAnswer> {
    const { clusterId } = this.#options;
    const own = { clusterId, endpoints: [...this.#options.endpoints] };
    switch (request.type) {
      case "vote": {
        const call = { api: Vote, version: 2, body: encodeVote(request, clusterId) };
        return bare(decodeVoteAnswer(await this.#call(to, "votes", call)));
      }
      case "beginQuorumEpoch": {
        const call = { api: BeginQuorumEpoch, version: 1, body: encodeBegin(request, own) };
        const answer = decodeEpochAnswer(await this.#call(to, "votes", call));
        return bare({ type: request.type, ...answer });
      }
      case "endQuorumEpoch": {
        const call = { api: EndQuorumEpoch, version: 1, body: encodeEnd(request, own) };
        const answer = decodeEpochAnswer(await this.#call(to, "votes", call));
        return bare({ type: request.type, ...answer });
      }
      case "fetch": {
        const call = { api: Fetch, version: 18, body: encodeFetch(request, clusterId) };
        const { response, records } = decodeFetchAnswer(await this.#call(to, "log", call));
        return { response: response satisfies FetchResponse, bytes: records };
      }
      case "fetchSnapshot": {
        const body = encodeFetchSnapshot(request, clusterId);
        const call = { api: FetchSnapshot, version: 1, body };
        return decodeFetchSnapshotAnswer(await this.#call(to, "log", call));
      }
    }
  }

  /** Any request to another controller. Throws NoAnswer. */
  relay<A extends AnyApi>(to: NodeId, call: Call<A>, timeoutMs: number): Promise<Response<A>> {
    return this.#call(to, "relay", { ...call, timeoutMs });
  }

  /** Which kraft versions the node there says that it speaks. Throws NoAnswer. */
  async versionsOf(address: Address): Promise<Voter["kraftVersions"]> {
    const { clock, transport, nodeId: own, timeoutMs } = this.#options;
    try {
      const socket = await transport.connect(address, this.#stopping.signal);
      const peer = new Peer(socket, { clock, clientId: `raft-${own}` });
      try {
        const body = { clientSoftwareName: "odradek", clientSoftwareVersion: "0" };
        const answer = await peer.ask(ApiVersions, { version: 4, body }, { timeoutMs });
        const range = answer.supportedFeatures.find(({ name }) => name === KRAFT_VERSION);
        return { min: range?.minVersion ?? 0, max: range?.maxVersion ?? 0 };
      } finally {
        peer.close();
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const message = `No answer from ${addressText(address)}: ${error.message}`;
      throw new NoAnswer(message, { isGone: false, cause: error });
    }
  }

  /** Where a node that asked says that it listens. */
  learn(endpoints: readonly NodeEndpoint[]): void {
    for (const { nodeId: id, host, port } of endpoints) this.#told.set(nodeId(id), { host, port });
  }

  /** Where a controller listens, as far as known. */
  addressOf(id: NodeId): Address | undefined {
    return this.#options.addressOf(id) ?? this.#told.get(id);
  }

  /** As it is told to others: also of this node itself. */
  endpointOf(id: NodeId): { readonly host: string; readonly port: number } | undefined {
    const [own] = this.#options.endpoints;
    const address = id === this.#options.nodeId ? own : this.addressOf(id);
    return address === undefined ? undefined : { host: address.host, port: address.port };
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Fault("in use", "The node is stopping"));
    for (const peer of await Promise.allSettled(this.#peers.values())) {
      if (peer.status === "fulfilled") peer.value.destroy();
    }
  }

  async #call<A extends AnyApi>(to: NodeId, use: Use, call: Call<A>): Promise<Response<A>> {
    const { clock } = this.#options;
    const { api, version, body, timeoutMs = this.#options.timeoutMs } = call;
    const beganMs = clock.monotonic();
    try {
      const peer = await this.#peer(to, use);
      const answer = await peer.ask(api, { version, body }, { timeoutMs });
      this.#learnFrom(answer);
      return answer;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const isLate = clock.monotonic() - beganMs >= timeoutMs;
      const isGone = error instanceof NoAnswer ? error.isGone : !isLate;
      throw new NoAnswer(`No answer from node ${to}: ${error.message}`, { isGone, cause: error });
    }
  }

  #learnFrom(answer: unknown): void {
    const { nodeEndpoints } = answer as { nodeEndpoints?: readonly NodeEndpoint[] };
    if (nodeEndpoints !== undefined) this.learn(nodeEndpoints);
  }

  async #peer(to: NodeId, use: Use): Promise<Peer> {
    const address = to === NO_NODE ? this.#somebody() : this.addressOf(to);
    if (address === undefined) {
      throw new NoAnswer(`nobody knows where it listens`, { isGone: false });
    }
    const key = `${use} ${address.host} ${address.port}`;
    const known = this.#peers.get(key);
    if (known !== undefined && (await known).isOpen) return await known;
    const { clock, transport, nodeId: own } = this.#options;
    const connecting = transport.connect(address, this.#connectSignal())
      .then((socket) => new Peer(socket, { clock, clientId: `raft-${own}` }));
    this.#peers.set(key, connecting);
    try {
      return await connecting;
    } catch (error) {
      if (this.#peers.get(key) === connecting) this.#peers.delete(key);
      throw error;
    }
  }

  #connectSignal(): AbortSignal {
    return this.#stopping.signal;
  }

  #somebody(): Address | undefined {
    const { bootstrap, random } = this.#options;
    return bootstrap[random.below(Math.max(bootstrap.length, 1))];
  }
}

function bare(response: RaftResponse): RemoteAnswer {
  return { response, bytes: undefined };
}
