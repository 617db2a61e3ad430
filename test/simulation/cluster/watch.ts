// Looks at the nodes of a simulated cluster from outside, again and again: who leads, how far the
// high watermarks are, what lies on the disks. And counts what has changed since.

import type { NodeId } from "@odradek/base";
import type { Partition } from "@odradek/broker/partitions/partition";
import type { ClusterImage, PartitionImage } from "@odradek/metadata";
import { HighWatermark } from "../checkers/high_watermark.ts";
import { OneLeader } from "../checkers/one_leader.ts";
import { holdersOf, type ReplicaOnDisk, Replicas } from "../checkers/replicas.ts";
import type { SimulatedNode } from "../node/composition.ts";
import type { DiskLog } from "../truth/disk_log.ts";
import { ReplicaLogs } from "../truth/replica_logs.ts";
import type { Machine } from "../world/machine.ts";
import type { World } from "../world/world.ts";
import type { Coverage } from "./coverage.ts";
import { idOf } from "./properties.ts";
import type { Placed, Witness } from "./surroundings.ts";
import { TERMS } from "./terms.ts";

/** Between two looks at who leads, and at what lies on the disks. */
const LOOK_MS = 100;
const DISKS_MS = 3000;
/** Disks that must have what is acknowledged. */
const IN_SYNC_MIN = 2;

export interface ClusterWatchOptions {
  readonly world: World;
  readonly machines: readonly Machine<SimulatedNode>[];
  readonly coverage: Coverage;
  /** Nobody is cut off from anybody, or has been a moment ago. */
  readonly isWhole: () => boolean;
}

interface Watched {
  readonly machine: Machine<SimulatedNode>;
  readonly logs: ReplicaLogs;
  /** Of the process that runs. */
  program: SimulatedNode | undefined;
  /** Topics that clients use, by `topic-partition`. */
  replicas: Map<string, Partition>;
}

export class ClusterWatch implements Witness {
  readonly #world: World;
  readonly #coverage: Coverage;
  readonly #isWhole: () => boolean;
  readonly #nodes: readonly Watched[];
  readonly #leader: OneLeader;
  readonly #highWatermark: HighWatermark;
  readonly #replicas: Replicas;
  #image: ClusterImage | undefined;
  #known = new Map<string, PartitionImage>();
  #isOver = false;

  constructor({ world, machines, coverage, isWhole }: ClusterWatchOptions) {
    this.#world = world;
    this.#isWhole = isWhole;
    this.#coverage = coverage;
    this.#leader = new OneLeader(world);
    this.#highWatermark = new HighWatermark(world);
    this.#replicas = new Replicas(world);
    const now = (): number => world.clock.monotonic();
    const reread = (log: DiskLog): void => this.#replicas.forget(log);
    this.#nodes = machines.map((machine) => {
      const logs = new ReplicaLogs(machine, { now, reread });
      const node: Watched = { machine, logs, program: undefined, replicas: new Map() };
      machine.watchers.push({
        // What it has committed last counts, too.
        ending: () => this.#lookAtReplicas(node),
        operation: (operation, path) => {
          if (operation === "truncate" && /topic-\d+-\d+\/\d+\.log$/.test(path)) {
            coverage.count("logs cut back");
          }
        },
      });
      return node;
    });
  }

  begin(): void {
    this.#look();
    this.#lookAtDisks();
  }

  end(): void {
    this.#isOver = true;
  }

  acknowledged({ topic, partition, offset }: Placed, value: string): void {
    if (TERMS.acks !== -1) return;
    const name = `${topic}-${partition}`;
    this.#lookIfNew(name, offset);
    this.#highWatermark.checkCommitted(name, offset, `${value} was acknowledged`);
    const record = { name, offset, value };
    const roughly = this.#onDisks((logs) => logs.roughly(name));
    if (holdersOf(record, roughly).length >= IN_SYNC_MIN) return;
    const replicas = this.#onDisks((logs) => logs.reread(name));
    this.#replicas.checkAcknowledged(record, replicas, IN_SYNC_MIN);
  }

  shown({ topic, partition, offset }: Placed, value: string): void {
    if (TERMS.isUncleanAllowed) return;
    const name = `${topic}-${partition}`;
    this.#lookIfNew(name, offset);
    this.#highWatermark.checkCommitted(name, offset, `A consumer was shown ${value}`);
  }

  /** When nothing changes any more: all replicas are the same, from beginning to end. */
  checkEqual(name: string): void {
    const replicas = this.#onDisks((logs) => logs.reread(name));
    const end = Math.max(...replicas.map(({ log }) => log.endOffset));
    for (const replica of replicas) this.#replicas.check(name, replica, end);
  }

  #onDisks(find: (logs: ReplicaLogs) => DiskLog): ReplicaOnDisk[] {
    return this.#nodes.map(({ machine, logs }) => ({ node: machine.name, log: find(logs) }));
  }

  /** Everything below is committed, as far as was seen. */
  committedEnd(topic: string, partition: number): number {
    return this.#highWatermark.highest(`${topic}-${partition}`);
  }

  #look(): void {
    if (this.#isOver || this.#world.violation !== undefined) return;
    for (const node of this.#nodes) {
      this.#lookAtReplicas(node);
      const controller = node.program?.controller;
      if (controller?.isActive !== true || controller.epoch === undefined) continue;
      const isNew = this.#leader.leads("the quorum", controller.epoch, node.machine.name);
      if (isNew) this.#coverage.count("quorum leaders");
      this.#lookAtImage(controller.image);
    }
    this.#world.clock.schedule(LOOK_MS, () => this.#look());
  }

  /** What the high watermarks were a moment ago is enough, mostly. */
  #lookIfNew(name: string, offset: number): void {
    if (offset < this.#highWatermark.highest(name)) return;
    for (const node of this.#nodes) this.#lookAtReplicas(node);
  }

  #lookAtReplicas(node: Watched): void {
    node.program = node.machine.running;
    node.replicas = new Map();
    for (const partition of node.program?.partitions() ?? []) {
      const name = `${partition.topic}-${partition.partition}`;
      node.replicas.set(name, partition);
      this.#lookAtReplica(node.machine.name, name, partition);
    }
  }

  #lookAtReplica(node: string, name: string, partition: Partition): void {
    const { isLeader, leaderEpoch, highWatermark } = partition;
    if (isLeader) this.#leader.leads(name, leaderEpoch, node);
    if (TERMS.isUncleanAllowed) return;
    this.#highWatermark.seen(partition, highWatermark, { name, node });
  }

  /** Of the active controller. */
  #lookAtImage(image: ClusterImage): void {
    if (image === this.#image || image.endOffset < (this.#image?.endOffset ?? 0)) return;
    this.#image = image;
    for (const { name, partitions } of image.topics.values()) {
      for (const now of partitions) {
        const key = `${name}-${now.partition}`;
        const before = this.#known.get(key) ?? now;
        this.#known.set(key, now);
        if (before !== now) this.#count(before, now);
      }
    }
  }

  #count(before: PartitionImage, now: PartitionImage): void {
    const lacks = (some: readonly NodeId[], others: readonly NodeId[]): boolean =>
      some.some((id) => !others.includes(id));
    if (now.leader !== before.leader && now.leader >= 0) this.#coverage.count("leader changes");
    if (lacks(before.isr, now.isr)) this.#coverage.count("ISR shrinks");
    if (lacks(now.isr, before.isr)) this.#coverage.count("ISR expands");
  }

  #lookAtDisks(): void {
    if (this.#isOver || this.#world.violation !== undefined || TERMS.isUncleanAllowed) return;
    for (const node of this.#nodes) this.#lookAtReplicas(node);
    for (const { machine, logs, replicas } of this.#nodes) {
      if (machine.running === undefined) continue;
      for (const [name, { highWatermark }] of replicas) {
        if (!name.startsWith("topic-")) continue;
        this.#replicas.check(name, { node: machine.name, log: logs.log(name) }, highWatermark);
      }
    }
    // Where everybody has heard what the controller has said.
    const isSettled = this.#isWhole() &&
      this.#nodes.every(({ machine }) => machine.program !== undefined);
    if (isSettled) this.#lookAtInSync();
    this.#world.clock.schedule(DISKS_MS, () => this.#lookAtDisks());
  }

  #lookAtInSync(): void {
    const images = this.#nodes.map(({ program }) => program?.controller.image);
    const newest = images.reduce((a, b) => (a?.endOffset ?? 0) < (b?.endOffset ?? 0) ? b : a);
    for (const [topic, partition, isr] of inSyncOf(newest)) {
      const name = `${topic}-${partition}`;
      for (const { machine, logs } of this.#nodes) {
        if (!isr.includes(idOf(machine.name) as NodeId)) continue;
        const replica = { node: machine.name, log: logs.log(name) };
        this.#replicas.checkInSync(name, replica, this.#highWatermark.highest(name));
      }
    }
  }
}

function* inSyncOf(
  image: ClusterImage | undefined,
): Generator<[topic: string, partition: number, isr: readonly NodeId[]]> {
  for (const { name, partitions } of image?.topics.values() ?? []) {
    if (!name.startsWith("topic-")) continue;
    for (const { partition, isr } of partitions) yield [name, partition, isr];
  }
}
