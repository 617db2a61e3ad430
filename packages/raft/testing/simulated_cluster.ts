// Several nodes, a network that delays, loses, repeats and cuts, and disks that sync when they
// like, in simulated time. What a quorum promises is checked with every effect.

import { assert, NO_NODE, type NodeId, nodeId, type Offset, offset } from "@odradek/base";
import { type Random, seededRandom } from "@odradek/base";
import type { RaftConfig } from "../config.ts";
import type { Effect, Reply, Send } from "../effects.ts";
import type { Event } from "../events.ts";
import type { RaftRequest, RaftResponse } from "../messages.ts";
import { NEW_QUORUM_STATE } from "../quorum_state.ts";
import type { ReplicaKey, VoterSet } from "../voters.ts";
import { ClusterPromises } from "./cluster_promises.ts";
import { effectText } from "./effect_text.ts";
import { QuorumPromises } from "./quorum_promises.ts";
import {
  type Payload,
  type SimulatedRecord,
  SimulatedNode,
  type SimulatedSnapshot,
} from "./simulated_node.ts";

export interface ClusterOptions {
  readonly seed: number;
  readonly config: RaftConfig;
  readonly replicas: readonly ReplicaKey[];
  /** Of the first start. */
  readonly voters: VoterSet;
}

export interface Weather {
  /** Of 1000 messages. */
  readonly lost: number;
  readonly repeated: number;
  /** In ms. */
  readonly delayMax: number;
  readonly syncMax: number;
}

export const FAIR: Weather = { lost: 0, repeated: 0, delayMax: 3, syncMax: 3 };

interface Due {
  readonly atMs: number;
  readonly order: number;
  run(): void;
}

/** Whoever asked, in which of its lives: answers come on the connection of the question. */
interface AskedBy {
  readonly from: NodeId;
  readonly life: number;
  readonly to: NodeId;
  /** As it was addressed: `NO_NODE` for anybody. */
  readonly as: NodeId;
  readonly correlation: number;
  readonly request: RaftRequest;
}

/** In slices, so that some get lost between. */
const SNAPSHOT_BYTES = 3;

export class SimulatedCluster {
  readonly promises = new ClusterPromises();
  readonly trace: string[] = [];
  /** What has gone wrong so far. */
  readonly counts = { starts: 0, powerFailures: 0 };
  weather: Weather = FAIR;
  now = 0;
  readonly #quorumPromises: QuorumPromises;
  readonly #random: Random;
  readonly #nodes: ReadonlyMap<NodeId, SimulatedNode>;
  readonly #lives = new Map<NodeId, number>();
  readonly #down = new Set<NodeId>();
  /** `from>to`: nothing gets through. */
  readonly #cut = new Set<string>();
  readonly #asked = new Map<number, AskedBy>();
  readonly #syncing = new Set<NodeId>();
  #due: Due[] = [];
  #order = 0;

  constructor({ seed, config, replicas, voters }: ClusterOptions) {
    this.#random = seededRandom(seed);
    this.#quorumPromises = new QuorumPromises({
      config,
      voters,
      node: (id) => this.node(id),
      now: () => this.now,
    });
    this.#nodes = new Map(replicas.map(({ id, directoryId }) => {
      const random = seededRandom(seed * 31 + id);
      const identity = { nodeId: id, directoryId, voters, random, config };
      return [id, new SimulatedNode(identity, emptyDisk(), this.#outside(id))];
    }));
    for (const id of this.ids) this.#begin(id);
  }

  get ids(): NodeId[] {
    return [...this.#nodes.keys()];
  }

  node(id: NodeId): SimulatedNode {
    const node = this.#nodes.get(id);
    assert(node !== undefined, "There is such a node", { id });
    return node;
  }

  isUp(id: NodeId): boolean {
    return !this.#down.has(id);
  }

  /** Who leads the highest epoch, and may act. */
  get leaderId(): NodeId | undefined {
    const leading = this.ids.filter((id) => {
      const { role, highWatermark } = this.node(id).raft.state;
      return this.isUp(id) && role.name === "leader" && highWatermark > role.epochStartOffset;
    });
    const epochOf = (id: NodeId): number => this.node(id).raft.state.epoch;
    return leading.sort((a, b) => epochOf(b) - epochOf(a))[0];
  }

  /** Until then, everything happens that is due. */
  runUntil(ms: number, isDone: () => boolean = () => false): boolean {
    for (;;) {
      if (isDone()) return true;
      const next = this.#due[0];
      if (next === undefined || next.atMs > ms) break;
      this.#due.shift();
      this.now = next.atMs;
      next.run();
    }
    this.now = ms;
    for (const id of this.ids) if (this.isUp(id)) this.#quorumPromises.checkLeader(id);
    return isDone();
  }

  propose(id: NodeId, count: number): void {
    if (!this.isUp(id)) return;
    this.node(id).propose(count, this.now);
    this.promises.checkPlaces(this.node(id));
    this.#syncSoon(id);
  }

  /** Any event, as from an operator. */
  tell(id: NodeId, event: Event): void {
    if (this.isUp(id)) this.#step(id, event);
  }

  takeSnapshot(id: NodeId): void {
    if (this.isUp(id)) this.node(id).takeSnapshot(this.now);
  }

  crash(id: NodeId, isPowerFailure: boolean): void {
    if (!this.isUp(id)) return;
    this.trace.push(`${this.now} ${id} ${isPowerFailure ? "power fails" : "ends"}`);
    this.#down.add(id);
    this.#lives.set(id, (this.#lives.get(id) ?? 0) + 1);
    this.#syncing.delete(id);
    if (isPowerFailure) this.counts.powerFailures++;
    if (isPowerFailure) this.node(id).powerCycle(this.#random.below(2));
    // Connections break: whoever waits for an answer of it hears of that.
    for (const [token, { from, to, correlation }] of this.#asked) {
      if (to !== id) continue;
      this.#asked.delete(token);
      this.#at(this.#delay(), from, () =>
        this.#step(from, { type: "unanswered", from: id, correlation, isGone: true }));
    }
  }

  start(id: NodeId): void {
    if (this.isUp(id)) return;
    this.#down.delete(id);
    this.node(id).restart();
    this.#begin(id);
  }

  cut(from: NodeId, to: NodeId): void {
    this.#cut.add(`${from}>${to}`);
  }

  heal(): void {
    this.#cut.clear();
    this.weather = FAIR;
    for (const id of this.ids) this.start(id);
  }

  #begin(id: NodeId): void {
    this.trace.push(`${this.now} ${id} starts`);
    this.counts.starts++;
    this.promises.starts(id);
    this.#quorumPromises.starts(id);
    const node = this.node(id);
    if (node.disk.records.length > 0) node.sync(node.endOffset, this.now);
    this.#step(id, { type: "elapsed" });
  }

  #step(id: NodeId, event: Event, payload?: Payload): void {
    if (event.type === "asked") this.#quorumPromises.asked(id, event.request);
    if (event.type === "unanswered") this.#quorumPromises.forget(id);
    if (event.type === "answered") {
      this.#quorumPromises.answered(id, event.correlation, event.response);
    }
    this.node(id).step(event, this.now, payload);
    this.#syncSoon(id);
  }

  #syncSoon(id: NodeId): void {
    const node = this.node(id);
    if (this.#syncing.has(id) || node.disk.syncedEndOffset >= node.endOffset) return;
    this.#syncing.add(id);
    const { endOffset } = node;
    this.#at(this.#random.below(this.weather.syncMax), id, () => {
      this.#syncing.delete(id);
      // What was cut off meanwhile is not synced.
      const end = Math.min(endOffset, node.endOffset);
      if (end > node.disk.startOffset) node.sync(offset(end), this.now);
      this.#syncSoon(id);
    });
  }

  #outside(id: NodeId) {
    return {
      send: (effect: Send): void => this.#send(id, effect),
      reply: (effect: Reply): void => this.#reply(id, effect),
      votersChanged: (): void => undefined,
      done: (effect: Effect): void => this.#done(id, effect),
    };
  }

  #done(id: NodeId, effect: Effect): void {
    if (effect.type !== "wakeAt") this.trace.push(`${this.now} ${id} ${effectText(effect)}`);
    if (effect.type === "wakeAt") {
      this.#at(effect.ms - this.now, id, () => this.#step(id, { type: "elapsed" }));
    }
    if (effect.type === "installSnapshot") {
      this.#at(this.#delay(), id, () => {
        this.node(id).install(this.now);
        this.#syncSoon(id);
      });
    }
    this.promises.check(id, this.node(id), effect);
    this.#quorumPromises.check(id, effect);
  }

  #send(from: NodeId, { to: given, correlation, request }: Send): void {
    const to = given === NO_NODE ? this.#anybodyBut(from) : given;
    const life = this.#lives.get(from) ?? 0;
    const arrive = (): void => {
      if (!this.isUp(to) || !this.#nodes.has(to)) {
        this.#at(this.#delay(), from, () =>
          this.#step(from, { type: "unanswered", from: given, correlation, isGone: true }));
        return;
      }
      const token = ++this.#order;
      this.#asked.set(token, { from, life, to, as: given, correlation, request });
      this.#step(to, { type: "asked", token, request });
    };
    this.#transmit(from, to, arrive);
  }

  #reply(id: NodeId, effect: Reply): void {
    const { token, response } = effect;
    const asked = this.#asked.get(token);
    this.#asked.delete(token);
    if (asked === undefined) return;
    this.#quorumPromises.checkReply(id, effect, asked.request);
    const { from, life, as, correlation } = asked;
    const [filled, payload] = this.#filled(id, response);
    this.#transmit(id, from, () => {
      if (!this.isUp(from) || life !== (this.#lives.get(from) ?? 0)) return;
      this.#step(from, { type: "answered", from: as, correlation, response: filled }, payload);
    });
  }

  /** What a driver adds to an answer: records, or a slice of a snapshot. */
  #filled(id: NodeId, response: RaftResponse): [RaftResponse, Payload | undefined] {
    const { disk } = this.node(id);
    if (response.type === "fetchSnapshot" && response.refused === undefined) {
      const whole = disk.snapshot;
      if (whole === undefined) return [{ ...response, refused: "SNAPSHOT_NOT_FOUND" }, undefined];
      return [{ ...response, size: SNAPSHOT_BYTES, length: 1 }, whole];
    }
    if (response.type !== "fetch" || response.result?.is !== "available") {
      return [response, undefined];
    }
    const { from, upTo } = response.result;
    const most = Math.min(upTo, this.node(id).endOffset, from + 1 + this.#random.below(8));
    const records = disk.records.slice(from - disk.startOffset, most - disk.startOffset);
    const { prefixes, voters } = described(records, from);
    return [{ ...response, result: { is: "records", prefixes, voters } }, records];
  }

  #transmit(from: NodeId, to: NodeId, arrive: () => void): void {
    const { lost, repeated } = this.weather;
    if (this.#cut.has(`${from}>${to}`) || this.#random.below(1000) < lost) return;
    this.#after(this.#delay(), arrive);
    if (this.#random.below(1000) < repeated) this.#after(this.#delay(), arrive);
  }

  #anybodyBut(id: NodeId): NodeId {
    const others = this.ids.filter((other) => other !== id);
    return others[this.#random.below(others.length)] ?? id;
  }

  #delay(): number {
    return 1 + this.#random.below(this.weather.delayMax);
  }

  /** If the node still has the same life then. */
  #at(inMs: number, id: NodeId, run: () => void): void {
    const life = this.#lives.get(id) ?? 0;
    this.#after(inMs, () => {
      if (this.isUp(id) && (this.#lives.get(id) ?? 0) === life) run();
    });
  }

  #after(inMs: number, run: () => void): void {
    const due = { atMs: this.now + Math.max(inMs, 0), order: this.#order++, run };
    const at = this.#due.findIndex((one) => one.atMs > due.atMs);
    if (at === -1) this.#due.push(due);
    else this.#due.splice(at, 0, due);
  }
}

function emptyDisk(): SimulatedNode["disk"] {
  return {
    quorumState: NEW_QUORUM_STATE,
    startOffset: offset(0),
    snapshotEpoch: undefined,
    records: [],
    syncedEndOffset: offset(0),
  };
}

function described(records: readonly SimulatedRecord[], from: Offset) {
  const prefixes = records.map(({ epoch }, i) => ({ epoch, endOffset: offset(from + i + 1) }))
    .filter(({ epoch }, i) => records[i + 1]?.epoch !== epoch);
  const voters = records.flatMap(({ voters: set }, i) =>
    set === undefined ? [] : [{ offset: offset(from + i), voters: set }]
  );
  return { prefixes, voters };
}

export function replica(id: number, directoryId: ReplicaKey["directoryId"]): ReplicaKey {
  return { id: nodeId(id), directoryId };
}

export type { SimulatedSnapshot };
